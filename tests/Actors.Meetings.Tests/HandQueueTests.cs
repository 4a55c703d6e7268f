using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>B5: least spoken first, and who speaks next.</summary>
public sealed class HandQueueTests
{
    private static MeetingRun Lesson(HandOrder? order = HandOrder.LeastSpoken) => MeetingRun.With(
        MeetingSettings.Default with { Policy = new SpacePolicy(HandOrder: order) },
        ("host", Role.Host), ("ann", Role.Participant), ("ben", Role.Participant), ("cem", Role.Participant));

    private static void Raise(MeetingRun run, params string[] people)
    {
        foreach (var id in people) run.As(id, new RaiseHand()).ShouldBeAccepted();
    }

    [Fact]
    public void B5_the_first_of_the_queue_gets_the_floor_and_the_hand_goes_down()
    {
        var run = Lesson(order: null);
        run.As("host", new NextSpeaker()).ShouldChangeNothing();
        Raise(run, "ben", "ann");
        run.As("host", new NextSpeaker()).Events.ShouldBe([new TurnGranted("ben")]);
        run.State.Main.Queue.ShouldBe(["ann"]);
        // Two moderators who both see Ben on top call him once.
        run.As("host", new NextSpeaker("ben")).ShouldChangeNothing();
        Raise(run, "ben", "cem");
        run.As("host", new NextSpeaker("cem")).Events.ShouldBe([new TurnGranted("cem")]);
        run.State.Main.Queue.ShouldBe(["ann", "ben"], "in the order of raising whoever has spoken");
        run.As("host", new NextSpeaker("ghost")).ShouldBeRefused(Refusal.UnknownParticipant);
        run.As("host", new NextSpeaker("a b")).ShouldBeRefused(Refusal.InvalidArgument);
    }

    [Fact]
    public void B5_least_spoken_come_first_and_equals_in_the_order_of_raising()
    {
        var run = Lesson();
        Raise(run, "ann");
        run.As("host", new NextSpeaker());
        run.As("ann", new RaiseHand()).Events.ShouldBe([new HandRaised("ann", 1)]);
        Raise(run, "cem", "ben");
        run.State.Main.Queue.ShouldBe(["cem", "ben", "ann"]);
        run.As("host", new ChangeSettings(new SettingsPatch(HandOrder: HandOrder.Raised)));
        run.State.Main.Queue.ShouldBe(["ann", "cem", "ben"]);
        run.As("host", new ChangeSettings(new SettingsPatch(HandOrder: HandOrder.LeastSpoken)));
        run.As("host", new NextSpeaker()).Events.ShouldBe([new TurnGranted("cem")]);
        var view = Meeting.View(run.State, Audience.Members)!;
        view.Hands.ShouldBe(["ben", "ann"]);
        view.Participants.ToDictionary(one => one.Id, one => one.Turns)
            .ShouldBe(new Dictionary<string, int> { ["host"] = 0, ["ann"] = 1, ["ben"] = 0, ["cem"] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public void B5_B7_order_and_turns_survive_reconnects_rooms_and_leaving()
    {
        var run = Lesson();
        Raise(run, "ann");
        run.As("host", new NextSpeaker());
        Raise(run, "ann", "ben", "cem");
        run.Break("ben");
        run.State.Main.Queue.ShouldBe(["ben", "cem", "ann"]);
        run.Join("ben");
        run.As("host", new CreateRooms(["A"]));
        run.As("host", new AssignRooms([new Assignment("ann", "r1-1"), new Assignment("ben", "r1-1")]));
        run.As("host", new OpenRooms());
        run.State.Main.Queue.ShouldBe(["cem"]);
        run.As("host", new CloseRooms(0));
        run.State.Main.Queue.ShouldBe(["ben", "cem", "ann"]);
        run.As("ann", new Leave());
        run.Join("ann");
        run.As("ann", new RaiseHand()).Events.ShouldBe([new HandRaised("ann", 1)]);
        MeetingState.Decode(run.State.Encode()).Main.Queue.ShouldBe(["ben", "cem", "ann"]);
    }

    [Fact]
    public void B5_view_only_attendees_queue_with_everybody_and_keep_their_place_when_they_are_promoted()
    {
        var run = Lesson(order: null);
        run.Join("eye", Role.Attendee);
        run.Join("see", Role.Attendee);
        Raise(run, "ann");
        run.As("eye", new RaiseHand()).Events.ShouldBe([new HandRaised("eye", Name: "Name of eye")]);
        run.As("eye", new RaiseHand()).ShouldChangeNothing();
        Raise(run, "ben", "see");
        // Another name, a lock, a broken connection leave it where it is.
        run.As("eye", new RenameParticipant("Eve")).ShouldBeAccepted();
        run.As("host", new LockAbilities([Ability.Chat], true, ["eye"])).ShouldBeAccepted();
        run.Break("eye");
        run.Join("eye", Role.Attendee);
        foreach (var audience in new[] { Audience.Moderators, Audience.Members })
        {
            var view = Meeting.View(run.State, audience)!;
            view.Hands.ShouldBe(["ann", "eye", "ben", "see"]);
            view.AttendeeHands!.Value.ShouldBe([new ParticipantView("eye", "Eve", Role.Attendee), new ParticipantView("see", "Name of see", Role.Attendee)]);
            view.Participants.Select(one => one.Id).ShouldBe(["host", "ann", "ben", "cem"], "attendees are listed nowhere else");
        }
        Meeting.View(run.State, Audience.Attendees)!.Hands.ShouldBeEmpty();
        Meeting.View(run.State, Audience.Attendees, "eye")!.Hands.ShouldBe(["eye"]);
        run.As("eye", new LowerHand("see")).ShouldBeRefused(Refusal.NotAllowed);
        run.As("see", new LowerHand()).Events.ShouldBe([new HandLowered("see")]);
        run.As("host", new ChangeRole("eye", Role.Participant)).ShouldBeAccepted();
        MeetingState.Decode(run.State.Encode()).Main.Queue.ShouldBe(["ann", "eye", "ben"]);
        Meeting.View(run.State, Audience.Members)!.AttendeeHands.ShouldBeNull();
        run.As("host", new ChangeRole("eye", Role.Attendee)).ShouldBeAccepted();
        run.State.Main.Queue.ShouldBe(["ann", "ben"], "who becomes view-only is out of it");
        run.As("eye", new RaiseHand()).ShouldBeAccepted();
        run.As("host", new LowerHand("eye")).Events.ShouldBe([new HandLowered("eye")]);
        run.As("eye", new RaiseHand()).ShouldBeAccepted();
        run.As("eye", new Leave()).ShouldBeAccepted();
        run.State.Main.Queue.ShouldBe(["ann", "ben"]);
    }

    [Fact]
    public void B5_settings_and_locks_hold_for_attendees_hands_too()
    {
        var run = Lesson(order: null);
        run.Join("eye", Role.Attendee);
        run.As("host", new LockAbilities([Ability.Hands], true, ["eye"])).ShouldBeAccepted();
        run.As("eye", new RaiseHand()).ShouldBeRefused(Refusal.NotAllowed);
        run.As("host", new LockAbilities([Ability.Hands], false, ["eye"])).ShouldBeAccepted();
        run.As("host", new ChangeSettings(new SettingsPatch(MayRaiseHand: false)));
        run.As("eye", new RaiseHand()).ShouldBeRefused(Refusal.NotAllowed);
    }

    [Fact]
    public void P8_a_storm_of_attendees_hands_ends_at_the_bound_and_keeps_nobody_interactive_out()
    {
        var run = MeetingRun.With(MeetingSettings.Default with { Capacity = Limits.ParticipantsPerMeeting }, ("host", Role.Host), ("ann", Role.Participant));
        for (var i = 0; i < 2_000; i++) run.Join($"p{i}", Role.Attendee).ShouldBeAccepted();
        var before = run.State.Version;
        for (var i = 0; i < 2_000; i++)
            if (run.As($"p{i}", new RaiseHand()) is { Refusal: { } refusal }) refusal.ShouldBe(Refusal.LimitReached);
        (run.State.Version - before).ShouldBe(Limits.HandsBeforeAttendees, "a refusal is no event");
        run.As("ann", new RaiseHand()).ShouldBeAccepted();
        run.State.Main.Queue.Count().ShouldBe(Limits.HandsBeforeAttendees + 1);
        run.As("p1999", new RaiseHand()).ShouldBeRefused(Refusal.LimitReached);
        run.As("host", new NextSpeaker());
        run.As("host", new NextSpeaker());
        run.As("p1999", new RaiseHand()).ShouldBeAccepted();
    }

    [Fact]
    public void B5_a_view_says_the_order_of_raising_where_the_queue_does_not()
    {
        var run = Lesson();
        Raise(run, "ann");
        run.As("host", new NextSpeaker());
        Raise(run, "ann", "ben");
        var view = Meeting.View(run.State, Audience.Members)!;
        view.Hands.ShouldBe(["ben", "ann"]);
        view.Raised!.Value.ShouldBe(["ann", "ben"]);
        run.As("host", new CreateRooms(["A"], [["ben"]]));
        run.As("host", new OpenRooms());
        view = Meeting.View(run.State, Audience.Members)!;
        view.Hands.ShouldBe(["ann"]);
        view.Raised!.Value.ShouldBe(["ann", "ben"], "who comes back finds their place");
        run.As("host", new CloseRooms(0));
        run.As("host", new LowerHand("ann"));
        Meeting.View(run.State, Audience.Members)!.Raised.ShouldBeNull();
    }

    [Fact]
    public void B5_the_queue_is_what_the_log_says() => RandomMeeting.Check(steps =>
    {
        var run = RandomMeeting.Created(steps);
        foreach (var step in steps)
        {
            RandomMeeting.Do(run, step);
            if (run.State.Status != MeetingStatus.Live) continue;
            var turns = run.Log.Select(one => one.Event).OfType<TurnGranted>().CountBy(one => one.Participant).ToDictionary();
            var raised = run.Log.Where(one => one.Event is HandRaised hand && run.State.Main.HasRaised(hand.Participant))
                .GroupBy(one => ((HandRaised)one.Event).Participant).Select(hand => (Id: hand.Key, hand.Last().Number))
                .Where(hand => run.State.Main.Members.ContainsKey(hand.Id));
            var least = run.State.Settings.Policy.HandOrder == HandOrder.LeastSpoken;
            run.State.Main.Queue.ShouldBe(raised.OrderBy(hand => least ? turns.GetValueOrDefault(hand.Id) : 0).ThenBy(hand => hand.Number).Select(hand => hand.Id));
        }
    }, runs: 100);

    [Fact]
    public void P8_turns_of_those_who_are_gone_are_forgotten_beyond_the_bound()
    {
        var space = SpaceState.Empty.Enter("ann", "Ann", Role.Participant, default).Evolve(new TurnGranted("ann"), 1)!;
        for (var i = 2; i <= Limits.SpeakersPerSpace; i++) space = space.Evolve(new TurnGranted($"p{i}"), i)!;
        space.Turns.Count.ShouldBe(Limits.SpeakersPerSpace);
        space = space.Evolve(new TurnGranted("more"), Limits.SpeakersPerSpace + 1)!;
        space.Turns.ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create("ann", 1));
    }
}
