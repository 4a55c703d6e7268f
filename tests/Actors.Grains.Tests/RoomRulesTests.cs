using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>Roles, policies, locks and bans of the meeting hold in its breakout rooms and their threads, from the moment that their caller could know of them.</summary>
public sealed class RoomRulesTests
{
    /// <summary>p1 and "pre", a presenter, in the first of two open rooms.</summary>
    private static async Task<IMeetingGrain> Lesson(TestBed bed)
    {
        var meeting = await bed.Opened();
        foreach (var (id, role) in new[] { ("host", Role.Host), ("co", Role.CoHost), ("pre", Role.Presenter), ("p1", Role.Participant), ("p2", Role.Participant) })
            await TestBed.Accepted(meeting, bed.Joining(id, role));
        await TestBed.Accepted(meeting, bed.By("host", new CreateRooms(["Red", "Blue"], [["p1", "pre"], ["p2"]])));
        await TestBed.Accepted(meeting, bed.By("host", new OpenRooms()));
        return meeting;
    }

    [Fact]
    public async Task D6_a_policy_that_changes_while_rooms_are_open_holds_in_every_room_and_thread()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Lesson(bed);
        var changed = await TestBed.Accepted(meeting, bed.By("host", new ChangeSettings(new SettingsPatch(MayUnmute: false, MayChat: false, MayRaiseHand: false))));
        foreach (var (id, room) in new[] { ("p1", "r1-1"), ("p2", "r1-2") })
        {
            (await TestBed.Refused(bed.Room(room), bed.By(id, new SetMedia(Microphone: true), meetingSeen: changed.Last))).ShouldBe(Refusal.NotAllowed);
            (await TestBed.Refused(bed.Room(room), bed.By(id, new RaiseHand(), meetingSeen: changed.Last))).ShouldBe(Refusal.NotAllowed);
            (await TestBed.Refused(bed.Thread(room), bed.By(id, new PostMessage("psst"), meetingSeen: changed.Last))).ShouldBe(Refusal.NotAllowed);
        }
        await TestBed.Accepted(bed.Room("r1-1"), bed.By("pre", new SetMedia(Microphone: true), meetingSeen: changed.Last));
        // A room that is added later knows it from the start.
        await TestBed.Accepted(meeting, bed.By("host", new AddRoom("Green")));
        var moved = await TestBed.Accepted(meeting, bed.By("host", new MoveParticipants([new Move("p1", "r1-3")])));
        (await TestBed.Refused(bed.Room("r1-3"), bed.By("p1", new SetMedia(Microphone: true), meetingSeen: moved.Last))).ShouldBe(Refusal.NotAllowed);
    }

    [Fact]
    public async Task D6_an_ability_that_was_taken_stays_taken_from_room_to_room_until_it_is_given_back()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Lesson(bed);
        var locked = await TestBed.Accepted(meeting, bed.By("host", new LockAbilities([Ability.Microphone, Ability.Chat], true, ["p1"])));
        (await TestBed.Refused(bed.Room("r1-1"), bed.By("p1", new SetMedia(Microphone: true), meetingSeen: locked.Last))).ShouldBe(Refusal.NotAllowed);
        (await TestBed.Refused(bed.Thread("r1-1"), bed.By("p1", new PostMessage("psst"), meetingSeen: locked.Last))).ShouldBe(Refusal.NotAllowed);
        var moved = await TestBed.Accepted(meeting, bed.By("host", new MoveParticipants([new Move("p1", "r1-2")])));
        (await TestBed.Refused(bed.Room("r1-2"), bed.By("p1", new SetMedia(Microphone: true), meetingSeen: moved.Last))).ShouldBe(Refusal.NotAllowed);
        await TestBed.Accepted(bed.Room("r1-2"), bed.By("p2", new SetMedia(Microphone: true), meetingSeen: moved.Last));
        var given = await TestBed.Accepted(meeting, bed.By("host", new LockAbilities([Ability.Microphone], false, ["p1"])));
        await TestBed.Accepted(bed.Room("r1-2"), bed.By("p1", new SetMedia(Microphone: true), meetingSeen: given.Last));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task D6_who_is_put_out_is_out_of_the_room_and_its_thread_before_that_is_answered(bool ban)
    {
        await using var bed = await TestBed.Start();
        var meeting = await Lesson(bed);
        await meeting.Wake(default);
        await TestBed.Accepted(bed.Thread("r1-1"), bed.By("p1", new PostMessage("hello")));
        (await TestBed.Accepted(meeting, bed.By("co", ban ? new BanParticipant("p1") : new RemoveParticipant("p1")))).Pending.ShouldBeFalse();
        (await TestBed.Refused(bed.Room("r1-1"), bed.By("p1", new RaiseHand()))).ShouldBe(Refusal.NotJoined);
        (await TestBed.Refused(bed.Thread("r1-1"), bed.By("p1", new PostMessage("still here")))).ShouldBe(Refusal.NotJoined);
        (await TestBed.Refused(meeting, bed.By("p1", new ChooseRoom("r1-1")))).ShouldBe(Refusal.NotJoined);
        if (ban) (await TestBed.Refused(meeting, bed.Joining("p1"))).ShouldBe(Refusal.Banned);
    }

    [Fact]
    public async Task D3_and_D6_moderators_visit_any_room_and_moderate_there_and_a_new_role_counts_at_once()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Lesson(bed);
        var visit = await TestBed.Accepted(meeting, bed.By("co", new ChooseRoom("r1-1")));
        await TestBed.Accepted(bed.Room("r1-1"), bed.By("p1", new SetMedia(Microphone: true), meetingSeen: visit.Last));
        (await TestBed.Refused(bed.Room("r1-1"), bed.By("p1", new MuteAll()))).ShouldBe(Refusal.NotAllowed);
        await TestBed.Accepted(bed.Room("r1-1"), bed.By("co", new MuteAll(), meetingSeen: visit.Last));
        ((RoomView)(await bed.Room("r1-1").View(new ViewRequest(Audience.Moderators), default))!).Participants.ShouldAllBe(one => !one.Microphone);
        visit = await TestBed.Accepted(meeting, bed.By("co", new ChooseRoom("r1-2")));
        await TestBed.Accepted(bed.Room("r1-2"), bed.By("co", new MuteParticipants(["p2"]), meetingSeen: visit.Last));
        (await TestBed.Refused(meeting, bed.By("p2", new ChooseRoom("r1-1")))).ShouldBe(Refusal.NotAllowed);
        var promoted = await TestBed.Accepted(meeting, bed.By("host", new ChangeRole("p1", Role.CoHost)));
        await TestBed.Accepted(bed.Room("r1-1"), bed.By("p1", new MuteAll(), meetingSeen: promoted.Last));
        // View-only attendees are not in rooms.
        var demoted = await TestBed.Accepted(meeting, bed.By("host", new ChangeRole("p2", Role.Attendee)));
        (await TestBed.Refused(bed.Room("r1-2"), bed.By("p2", new RaiseHand(), meetingSeen: demoted.Last))).ShouldBe(Refusal.NotJoined);
    }
}
