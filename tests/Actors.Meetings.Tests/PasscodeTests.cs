using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class PasscodeTests
{
    private static MeetingRun With(string? passcode, WaitingRoomPolicy waiting = WaitingRoomPolicy.Off)
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default with { WaitingRoom = waiting }, Passcode: passcode)).ShouldBeAccepted();
        return run;
    }

    private static Sent Join(MeetingRun run, string id, string? passcode, Role role = Role.Participant, bool foreign = false, bool guest = false, string connection = "c") =>
        run.Send(Caller.System, new CommandId($"{id}-{connection}", 1),
            new Join(id, id, role, Kind.Person, guest, id + "-s", $"{id}-{connection}", "g1", run.Now, Foreign: foreign, Passcode: passcode));

    [Fact]
    public void A3_a_passcode_is_checked_at_the_door_moderators_excepted_and_not_when_coming_back()
    {
        var run = With("blue 42");
        Join(run, "ben", null).ShouldBeRefused(Refusal.WrongPasscode);
        Join(run, "ben", "blue 43").ShouldBeRefused(Refusal.WrongPasscode);
        Join(run, "ben", new string('x', Limits.PasscodeLength + 1)).ShouldBeRefused(Refusal.WrongPasscode);
        Join(run, "ben", "blue 42").ShouldBeAccepted();
        Join(run, "ann", null, Role.Host).ShouldBeAccepted();
        Join(run, "ben", null, connection: "c2").Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantReconnected>();
    }

    [Fact]
    public void A3_a_passcode_is_stored_as_a_salted_hash_and_published_nowhere()
    {
        var (one, other) = (With("blue 42"), new MeetingRun());
        other.Now += TimeSpan.FromSeconds(1);
        other.Api(new CreateMeeting("Physics", MeetingSettings.Default, Passcode: "blue 42"));
        one.State.PasscodeHash.ShouldNotBe(other.State.PasscodeHash, "each meeting has its own salt");
        one.Encoded.ShouldNotContain("blue 42");
        one.Log.ShouldAllBe(recorded => !recorded.ToString().Contains("blue 42", StringComparison.Ordinal));
        var view = Meeting.View(one.State, Audience.Moderators)!;
        view.Passcode.ShouldBe(true);
        view.ToString().ShouldNotContain(one.State.PasscodeHash!);
    }

    [Fact]
    public void A3_a_passcode_changes_and_goes_while_live()
    {
        var run = With("old");
        Join(run, "ann", null, Role.Host);
        run.As("ann", new SetPasscode("new")).ShouldBeAccepted();
        Join(run, "ben", "old").ShouldBeRefused(Refusal.WrongPasscode);
        Join(run, "ben", "new").ShouldBeAccepted();
        run.As("ben", new SetPasscode()).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ann", new SetPasscode("")).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("ann", new SetPasscode(new string('x', Limits.PasscodeLength + 1))).ShouldBeRefused(Refusal.TooLarge);
        run.As("ann", new SetPasscode()).ShouldBeAccepted();
        Join(run, "cem", null).ShouldBeAccepted();
    }

    [Fact]
    public void A1_creating_again_compares_the_passcode_too()
    {
        var run = With("blue 42");
        run.Api(new SetPasscode("other"));
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Passcode: "blue 42")).ShouldChangeNothing();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Passcode: "other")).ShouldBeRefused(Refusal.MeetingExists);
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default)).ShouldBeRefused(Refusal.MeetingExists);
    }

    [Theory]
    [InlineData(false, false, Ids.Main)]
    [InlineData(true, false, Ids.Waiting)]
    [InlineData(false, true, Ids.Waiting)]
    public void C1_unknown_tenants_guests_and_people_at_home_elsewhere_wait(bool foreign, bool guest, string place)
    {
        var run = With(null, WaitingRoomPolicy.UnknownTenants);
        Join(run, "ben", null, foreign: foreign, guest: guest).ShouldBeAccepted();
        run["ben"].Place.ShouldBe(place);
        Join(run, "ann", null, Role.Host, foreign: true).ShouldBeAccepted();
        run["ann"].Place.ShouldBe(Ids.Main);
    }

    [Fact]
    public void C1_after_lock_who_comes_waits_instead_of_being_refused()
    {
        var run = With(null, WaitingRoomPolicy.AfterLock);
        Join(run, "ann", null, Role.Host);
        Join(run, "ben", null);
        run["ben"].Place.ShouldBe(Ids.Main);
        run.As("ann", new LockMeeting(true));
        Join(run, "cem", null).ShouldBeAccepted();
        run["cem"].Place.ShouldBe(Ids.Waiting);
        Join(run, "dua", null, Role.CoHost).ShouldBeAccepted();
        run["dua"].Place.ShouldBe(Ids.Main);
        run.As("ann", new AdmitParticipants(["cem"])).ShouldBeAccepted();
        run["cem"].Place.ShouldBe(Ids.Main);
    }

    [Fact]
    public void C3_a_message_to_the_waiting_reaches_them_and_those_who_come_later_and_nobody_else()
    {
        var run = With(null, WaitingRoomPolicy.Guests);
        Join(run, "ann", null, Role.Host);
        Join(run, "ben", null);
        run.As("ben", new MessageWaiting("Hi")).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ann", new MessageWaiting(" ")).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("ann", new MessageWaiting(new string('x', Limits.BroadcastBytes + 1))).ShouldBeRefused(Refusal.TooLarge);
        run.As("ann", new MessageWaiting("We begin soon")).Events.ShouldBe([new WaitingMessaged("We begin soon")]);
        Meeting.View(run.State, Audience.Waiting)!.WaitingMessage.ShouldBe("We begin soon");
        Meeting.View(run.State, Audience.Members)!.WaitingMessage.ShouldBeNull();
    }
}
