using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>Private chat on real grains: it asks its meeting before it decides or shows anything.</summary>
public sealed class DirectTests
{
    private static readonly string AnnBob = Ids.Direct("ann", "bob");

    [Fact]
    public async Task E1_two_people_chat_in_private_through_rooms_absence_and_crashes()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Opened(bed);
        await TestBed.Accepted(Direct(bed), bed.By("ann", new PostMessage("before")));
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateRooms(["Red"])));
        await TestBed.Accepted(meeting, bed.ByBackend(new AssignRooms([new Assignment("bob", "r1-1")])));
        await TestBed.Accepted(meeting, bed.ByBackend(new OpenRooms()));
        await TestBed.Accepted(Direct(bed), bed.By("bob", new PostMessage("from the room")));
        await TestBed.Accepted(meeting, bed.By("bob", new Leave()));
        await TestBed.Accepted(Direct(bed), bed.By("ann", new PostMessage("while you are away")));
        (await TestBed.Refused(Direct(bed), bed.By("bob", new PostMessage("from outside")))).ShouldBe(Refusal.NotJoined);
        await bed.Kill();
        await TestBed.Accepted(bed.Meeting(), bed.Joining("bob", connection: "c-again"));
        var page = await Direct(bed).History(new HistoryRequest(Caller: Caller.Participant("bob")), default);
        page.Messages.Select(one => one.Text).ShouldBe(["before", "from the room", "while you are away"]);
        (await Direct(bed).View(new ViewRequest(Audience.Members, Participant: "bob"), default)).ShouldBeOfType<ThreadView>().Own!.Unread.ShouldBe(1);
    }

    [Fact]
    public async Task E1_nobody_else_reads_it_and_what_was_not_opened_is_no_thread()
    {
        await using var bed = await TestBed.Start();
        await Opened(bed);
        await TestBed.Accepted(Direct(bed), bed.By("ann", new PostMessage("secret")));
        foreach (var other in new[] { "host", "cho" })
        {
            (await Direct(bed).History(new HistoryRequest(Caller: Caller.Participant(other)), default)).ShouldSatisfyAllConditions(
                page => page.Refusal.ShouldBe(Refusal.NotJoined), page => page.Messages.ShouldBeEmpty());
            (await TestBed.Refused(Direct(bed), bed.By(other, new PostMessage("x")))).ShouldBe(Refusal.NotJoined);
        }
        (await TestBed.Refused(bed.Thread("ann~host"), bed.By("ann", new PostMessage("x")))).ShouldBe(Refusal.NotJoined);
        (await TestBed.Refused(bed.Thread("ann~host"), bed.ByBackend(new PostMessage("x")))).ShouldBe(Refusal.MeetingNotFound);
        (await TestBed.Events(bed.Thread("ann~host"))).ShouldBeEmpty();
        // The backend stands above.
        (await Direct(bed).History(new HistoryRequest(Caller: Caller.Backend("api")), default)).Messages.Single().Text.ShouldBe("secret");
    }

    [Fact]
    public async Task P7_a_removal_a_lock_and_a_setting_hold_for_the_next_command_and_cost_no_event_before_it()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Opened(bed);
        await TestBed.Accepted(Direct(bed), bed.By("ann", new PostMessage("one")));
        var before = (await TestBed.Events(Direct(bed))).Count;
        await TestBed.Accepted(meeting, bed.ByBackend(new LockAbilities([Ability.Chat], true, ["ann"])));
        await meeting.Wake(default);
        (await TestBed.Events(Direct(bed))).Count.ShouldBe(before);
        (await TestBed.Refused(Direct(bed), bed.By("ann", new PostMessage("two")))).ShouldBe(Refusal.NotAllowed);
        await TestBed.Accepted(meeting, bed.ByBackend(new LockAbilities([Ability.Chat], false, ["ann"])));
        await TestBed.Accepted(meeting, bed.ByBackend(new ChangeSettings(new SettingsPatch(PrivateChat: PrivateChat.Moderators))));
        (await TestBed.Refused(Direct(bed), bed.By("ann", new PostMessage("three")))).ShouldBe(Refusal.NotAllowed);
        await TestBed.Accepted(meeting, bed.ByBackend(new RemoveParticipant("ann")));
        (await TestBed.Refused(Direct(bed), bed.By("ann", new PostMessage("four")))).ShouldBe(Refusal.NotJoined);
        (await Direct(bed).History(new HistoryRequest(Caller: Caller.Participant("ann")), default)).Refusal.ShouldBe(Refusal.NotJoined);
    }

    [Fact]
    public async Task E5_both_find_it_in_their_inbox_also_who_had_left_before_anything_was_said()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Opened(bed, MeetingSettings.Default with { Inbox = true });
        await TestBed.Accepted(meeting, bed.By("bob", new Leave()));
        var posted = await TestBed.Accepted(Direct(bed), bed.By("ann", new PostMessage("hello bob")));
        await Direct(bed).Wake(default);
        var entry = await bed.Entry("bob", AnnBob);
        (entry.Title, entry.LastMessage, entry.Unread).ShouldBe(("Lesson", posted.First, 1));
    }

    private static IThreadGrain Direct(TestBed bed) => bed.Thread(AnnBob);

    private static async Task<IMeetingGrain> Opened(TestBed bed, MeetingSettings? settings = null)
    {
        var meeting = await bed.Opened(settings: settings);
        await TestBed.Accepted(meeting, bed.Joining("host", Role.Host));
        foreach (var id in new[] { "ann", "bob", "cho" }) await TestBed.Accepted(meeting, bed.Joining(id));
        await TestBed.Accepted(meeting, bed.By("ann", new OpenDirect("bob")));
        return meeting;
    }
}
