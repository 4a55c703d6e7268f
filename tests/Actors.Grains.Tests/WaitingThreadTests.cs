using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>The waiting room's thread on real grains: it follows the meeting, and who waits loses and gets it by the meeting's word.</summary>
public sealed class WaitingThreadTests
{
    private static readonly MeetingSettings Settings = MeetingSettings.Default with { WaitingRoom = WaitingRoomPolicy.Everyone, WaitingMayChat = true };

    [Fact]
    public async Task E1_who_waits_and_who_admits_talk_until_one_is_let_in_in_the_middle_and_put_back()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Opened(bed, "gus", "hal");
        await TestBed.Accepted(Waiting(bed), bed.By("gus", new PostMessage("is anybody there?")));
        await TestBed.Accepted(Waiting(bed), bed.By("host", new PostMessage("one moment")));
        await TestBed.Accepted(Waiting(bed), bed.By("hal", new PostMessage("me too")));
        (await Texts(bed, "hal")).ShouldBe(["is anybody there?", "one moment", "me too"]);
        // With the answer to the admission it is lost, whatever the sender's gateway has heard.
        (await TestBed.Accepted(meeting, bed.By("host", new AdmitParticipants(["gus"])))).Pending.ShouldBeFalse();
        (await TestBed.Refused(Waiting(bed), bed.By("gus", new PostMessage("still here")))).ShouldBe(Refusal.NotJoined);
        (await History(bed, "gus")).Refusal.ShouldBe(Refusal.NotJoined);
        (await Waiting(bed).ReadsAfter("gus", 0, default)).ShouldBeNull();
        await TestBed.Accepted(Waiting(bed), bed.By("hal", new PostMessage("he is gone")));
        (await TestBed.Accepted(meeting, bed.By("host", new PutBack("gus")))).Pending.ShouldBeFalse();
        await TestBed.Accepted(Waiting(bed), bed.By("gus", new PostMessage("back again")));
        (await Texts(bed, "gus")).ShouldBe(["back again"]);
        (await Texts(bed, "hal")).ShouldBe(["is anybody there?", "one moment", "me too", "he is gone", "back again"]);
        await TestBed.Accepted(meeting, bed.By("host", new DenyParticipant("hal")));
        (await TestBed.Refused(Waiting(bed), bed.By("hal", new PostMessage("let me in")))).ShouldBe(Refusal.NotJoined);
        (await Texts(bed, "host")).Count.ShouldBe(5);
    }

    [Fact]
    public async Task P1_a_crash_and_a_reload_keep_who_reads_what()
    {
        await using var bed = await TestBed.Start();
        await Opened(bed, "gus");
        var before = await TestBed.Accepted(Waiting(bed), bed.By("gus", new PostMessage("before")));
        await TestBed.Accepted(bed.Meeting(), bed.Joining("hal"));
        await TestBed.Accepted(Waiting(bed), bed.By("hal", new PostMessage("after"), meetingSeen: (await bed.Meeting().View(new ViewRequest(Audience.Moderators), default))!.Number));
        await bed.Kill();
        (await Texts(bed, "hal")).ShouldBe(["after"]);
        (await Texts(bed, "gus")).ShouldBe(["before", "after"]);
        (await Waiting(bed).ReadsAfter("hal", 0, default)).ShouldBe(before.Last);
        (await TestBed.Refused(Waiting(bed), bed.By("hal", new PostMessage("x", ReplyTo: before.First)))).ShouldBe(Refusal.UnknownMessage);
        // In good order, by way of a snapshot.
        await bed.Restart();
        (await Texts(bed, "hal")).ShouldBe(["after"]);
    }

    [Fact]
    public async Task E1_others_in_the_meeting_read_nothing_and_a_meeting_where_nobody_waited_has_no_such_thread()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("host", Role.Host));
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        await meeting.Wake(default);
        (await TestBed.Events(Waiting(bed))).ShouldBeEmpty();
        (await TestBed.Refused(Waiting(bed), bed.ByBackend(new PostMessage("x")))).ShouldBe(Refusal.MeetingNotFound);
        // Asked before it begins, it is not forgotten when it does.
        var number = (await meeting.View(new ViewRequest(Audience.Moderators), default))!.Number;
        (await TestBed.Refused(Waiting(bed), bed.By("host", new PostMessage("x"), meetingSeen: number))).ShouldBe(Refusal.NotJoined);
        await TestBed.Accepted(meeting, bed.ByBackend(new ChangeSettings(new SettingsPatch(WaitingRoom: WaitingRoomPolicy.Everyone))));
        await TestBed.Accepted(meeting, bed.Joining("gus"));
        await TestBed.Accepted(Waiting(bed), bed.By("host", new PostMessage("hello"), meetingSeen: number));
        (await TestBed.Refused(Waiting(bed), bed.By("ann", new PostMessage("x")))).ShouldBe(Refusal.NotJoined);
        (await History(bed, "ann")).Refusal.ShouldBe(Refusal.NotJoined);
        (await Waiting(bed).Search(new SearchRequest("hello", Caller: Caller.Participant("ann")), default)).Refusal.ShouldBe(Refusal.NotJoined);
        (await TestBed.Refused(Waiting(bed), bed.By("gus", new PostMessage("x")))).ShouldBe(Refusal.NotAllowed, "the setting is off unless it is switched on");
        (await Texts(bed, "gus")).ShouldBe(["hello"]);
    }

    [Fact]
    public async Task E6_a_backend_searches_holds_and_keeps_it_like_any_other_thread_also_after_the_end()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Opened(bed, "gus");
        var posted = await TestBed.Accepted(Waiting(bed), bed.By("gus", new PostMessage("the password is tulip")));
        await TestBed.Accepted(Waiting(bed), bed.ByBackend(new HoldThread(true)));
        await TestBed.Accepted(meeting, bed.By("host", new EndMeeting()));
        var found = await Waiting(bed).Search(new SearchRequest("tulip", Caller: Caller.Backend("api")), default);
        found.Messages.ShouldHaveSingleItem().Number.ShouldBe(posted.First);
        (await History(bed, "gus")).Refusal.ShouldBe(Refusal.NotJoined);
        await TestBed.Accepted(Waiting(bed), bed.ByBackend(new HoldThread(false)));
        await TestBed.Accepted(Waiting(bed), bed.ByBackend(new KeepMessages(1)));
        bed.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        await Waiting(bed).Wake(default);
        (await Waiting(bed).History(new HistoryRequest(Caller: Caller.Backend("api")), default)).Messages.ShouldHaveSingleItem().Deleted.ShouldBeTrue();
    }

    private static IThreadGrain Waiting(TestBed bed) => bed.Thread(Ids.Waiting);

    private static ValueTask<HistoryPage> History(TestBed bed, string who) => Waiting(bed).History(new HistoryRequest(Caller: Caller.Participant(who)), default);

    private static async Task<IReadOnlyList<string>> Texts(TestBed bed, string who) => [.. (await History(bed, who)).Messages.Select(one => one.Text)];

    // With these in the waiting room, and the thread told of them.
    private static async Task<IMeetingGrain> Opened(TestBed bed, params string[] waiting)
    {
        var meeting = await bed.Opened(settings: Settings);
        await TestBed.Accepted(meeting, bed.Joining("host", Role.Host));
        foreach (var id in waiting)
        {
            var joined = await TestBed.Accepted(meeting, bed.Joining(id));
            (await Waiting(bed).ReadsAfter(id, joined.Last, default)).ShouldNotBeNull();
        }
        return meeting;
    }
}
