using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class ModerationTests
{
    [Fact]
    public void A3_people_rename_themselves_where_they_may_and_moderators_everybody_they_may_act_on()
    {
        var run = MeetingRun.With(("ann", Role.Host), ("ben", Role.CoHost), ("cem", Role.Participant), ("dua", Role.Attendee));
        run.As("cem", new RenameParticipant("Cemil")).Events.ShouldBe([new ParticipantRenamed("cem", "Cemil")]);
        (run["cem"].Name, run.State.Main.Members["cem"].Name).ShouldBe(("Cemil", "Cemil"));
        run.As("cem", new RenameParticipant("Cemil")).ShouldChangeNothing();
        run.As("dua", new RenameParticipant("Duygu", "dua")).ShouldBeAccepted();
        run.As("cem", new RenameParticipant("x", "dua")).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ben", new RenameParticipant("x", "ann")).ShouldBeRefused(Refusal.NotAllowed);
        run.Api(new RenameParticipant("Anna", "ann")).ShouldBeAccepted();
        run.Api(new RenameParticipant("Anna")).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("ann", new RenameParticipant("x", "ghost")).ShouldBeRefused(Refusal.UnknownParticipant);
        run.As("cem", new RenameParticipant("a\nb")).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("cem", new RenameParticipant(new string('x', Limits.NameLength + 1))).ShouldBeRefused(Refusal.TooLarge);
        run.As("ann", new ChangeSettings(new SettingsPatch(MayRename: false)));
        run.As("cem", new RenameParticipant("Other")).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ben", new RenameParticipant("Other", "cem")).ShouldBeAccepted();
    }

    private static MeetingRun Lesson() => MeetingRun.With(
        ("host", Role.Host), ("co", Role.CoHost), ("pre", Role.Presenter), ("ben", Role.Participant), ("eye", Role.Attendee));

    [Theory]
    [InlineData("host", "co", true)]
    [InlineData("host", "ben", true)]
    [InlineData("co", "host", false)]
    [InlineData("co", "ben", true)]
    [InlineData("pre", "ben", false)]
    [InlineData("ben", "pre", false)]
    [InlineData("eye", "ben", false)]
    public void Who_may_remove_ban_and_demote_whom(string actor, string target, bool allowed)
    {
        Command[] acts = [new RemoveParticipant(target), new BanParticipant(target), new ChangeRole(target, Role.Attendee)];
        foreach (var act in acts)
        {
            var sent = Lesson().As(actor, act);
            if (allowed) sent.ShouldBeAccepted();
            else sent.ShouldBeRefused(Refusal.NotAllowed);
        }
    }

    [Theory]
    [InlineData("host", Role.Host, true)]
    [InlineData("host", Role.CoHost, true)]
    [InlineData("co", Role.CoHost, false)]
    [InlineData("co", Role.Host, false)]
    [InlineData("co", Role.Presenter, true)]
    [InlineData("pre", Role.Presenter, false)]
    public void Who_may_grant_which_role(string actor, Role role, bool allowed)
    {
        var run = Lesson();
        var sent = run.As(actor, new ChangeRole("ben", role));
        if (!allowed)
        {
            sent.ShouldBeRefused(Refusal.NotAllowed);
            return;
        }
        sent.Events.ShouldBe([new RoleChanged("ben", role)]);
        run.As(actor, new ChangeRole("ben", role)).ShouldChangeNothing();
    }

    [Fact]
    public void The_last_host_cannot_step_down_without_a_successor_but_the_backend_may_demote()
    {
        var run = Lesson();
        run.As("host", new ChangeRole("host", Role.Participant)).ShouldBeRefused(Refusal.NotAllowed);
        run.As("host", new ChangeRole("ben", Role.Host));
        run.As("host", new ChangeRole("host", Role.Participant)).ShouldBeAccepted();
        run.Api(new ChangeRole("ben", Role.Participant)).ShouldBeAccepted();
        run.State.Hosts.ShouldBe(0);
    }

    [Fact]
    public void Removal_revokes_the_tokens_issued_so_far_and_a_new_one_lets_in_again()
    {
        var run = Lesson();
        var issued = run.Now;
        run.Now += TimeSpan.FromMinutes(1);
        run.As("host", new RemoveParticipant("ben")).Events.ShouldBe([new ParticipantLeft("ben", LeaveReason.Removed)]);
        run.As("host", new RemoveParticipant("ben")).ShouldBeRefused(Refusal.UnknownParticipant);
        run.Join("ben", issued: issued).ShouldBeRefused(Refusal.TokenRevoked);
        run.Join("ben", issued: run.Now).ShouldBeRefused(Refusal.TokenRevoked);
        run.Now += TimeSpan.FromSeconds(1);
        run.Join("ben", issued: run.Now).ShouldBeAccepted();
        run.Break("ben");
        run.Join("ben", issued: issued).ShouldBeRefused(Refusal.TokenRevoked);
    }

    [Fact]
    public void Revocations_are_forgotten_once_no_such_token_can_be_valid()
    {
        var run = Lesson();
        run.As("host", new RemoveParticipant("ben"));
        run.Now += Limits.TokenLifetime / 2;
        run.As("host", new RemoveParticipant("pre"));
        run.Now += (Limits.TokenLifetime / 2) + TimeSpan.FromSeconds(1);
        run.As("host", new LockMeeting(true));
        run.State.Revocations.Count.ShouldBe(1);
        run.State.Revocations.Covers("pre", MeetingRun.Start).ShouldBeTrue();
    }

    [Fact]
    public void Banned_people_are_out_and_kept_out_until_unbanned_also_those_who_never_came()
    {
        var run = Lesson();
        run.As("co", new BanParticipant("ben")).Events.ShouldBe([new ParticipantBanned("ben"), new ParticipantLeft("ben", LeaveReason.Banned)]);
        run.As("co", new BanParticipant("troll")).Events.ShouldBe([new ParticipantBanned("troll")]);
        run.As("co", new BanParticipant("troll")).ShouldChangeNothing();
        run.As("co", new BanParticipant("co")).ShouldBeRefused(Refusal.NotAllowed);
        run.Now += TimeSpan.FromHours(1);
        run.Join("troll").ShouldBeRefused(Refusal.Banned);
        run.Join("ben").ShouldBeRefused(Refusal.Banned);
        run.As("co", new UnbanParticipant("ben")).ShouldBeAccepted();
        run.As("co", new UnbanParticipant("ben")).ShouldChangeNothing();
        run.Join("ben").ShouldBeAccepted();
    }

    [Fact]
    public void Bans_are_bounded()
    {
        var run = Lesson();
        for (var i = 0; i < Limits.BansPerMeeting; i++) run.As("co", new BanParticipant($"troll{i}")).ShouldBeAccepted();
        run.As("co", new BanParticipant("one-more")).ShouldBeRefused(Refusal.LimitReached);
    }

    [Fact]
    public void When_the_last_host_leaves_the_longest_present_co_host_follows_then_presenter_then_participant()
    {
        var run = Lesson();
        run.Join("co2", Role.CoHost);
        run.As("host", new Leave()).Events.ShouldBe([new ParticipantLeft("host", LeaveReason.Left), new RoleChanged("co", Role.Host, true)]);
        run.As("co", new Leave()).Events[1].ShouldBe(new RoleChanged("co2", Role.Host, true));
        run.As("co2", new Leave()).Events[1].ShouldBe(new RoleChanged("pre", Role.Host, true));
        run.Api(new BanParticipant("pre")).Events[2].ShouldBe(new RoleChanged("ben", Role.Host, true));
        run.As("ben", new Leave()).Events.ShouldBe([new ParticipantLeft("ben", LeaveReason.Left)]);
        run.State.Hosts.ShouldBe(0);
    }

    [Fact]
    public void Machines_waiting_people_and_those_without_connection_do_not_inherit()
    {
        var run = MeetingRun.With(MeetingSettings.Default with { WaitingRoom = WaitingRoomPolicy.Guests }, ("host", Role.Host));
        run.Join("bot", Role.CoHost, kind: Kind.Bot);
        run.Join("rec", Role.Presenter, kind: Kind.Recorder);
        run.Join("guest", guest: true);
        run.Join("lost", Role.CoHost);
        run.Join("ben");
        run.Break("lost");
        run.As("host", new Leave()).Events[1].ShouldBe(new RoleChanged("ben", Role.Host, true));
    }

    [Fact]
    public void Nobody_inherits_while_the_host_is_only_reconnecting_or_another_host_stays()
    {
        var run = Lesson();
        run.Break("host").Events.Length.ShouldBe(1);
        run.Tick(Limits.ReconnectGrace).Events.ShouldBe([new ParticipantLeft("host", LeaveReason.ConnectionLost), new RoleChanged("co", Role.Host, true)]);
        run.As("co", new ChangeRole("ben", Role.Host));
        run.As("co", new Leave()).Events.Length.ShouldBe(1);
    }

    [Fact]
    public void When_all_hosts_are_lost_at_once_one_successor_follows_who_is_not_lost()
    {
        var run = Lesson();
        run.Join("host2", Role.Host);
        foreach (var id in new[] { "host", "host2", "co" }) run.Break(id);
        run.Tick(Limits.ReconnectGrace).Events.OfType<RoleChanged>().ShouldBe([new RoleChanged("pre", Role.Host, true)]);
    }

    [Fact]
    public void Who_becomes_view_only_loses_hand_media_and_room()
    {
        var run = Lesson();
        run.As("ben", new RaiseHand());
        run.As("ben", new SetMedia(true, true, true));
        run.As("host", new ChangeRole("ben", Role.Attendee)).ShouldBeAccepted();
        run.State.Main.Members["ben"].ShouldBe(new SpaceMember("Name of ben", Role.Attendee));
        run.State.Main.Hands.ShouldBeEmpty();
        run.As("host", new CreateRooms(["A"]));
        run.As("host", new OpenRooms());
        run.As("host", new MoveParticipants([new Move("pre", "r1-1")]));
        run.As("host", new ChangeRole("pre", Role.Attendee)).Events[0].ShouldBeOfType<ParticipantsMoved>();
        run["pre"].Place.ShouldBe(Ids.Main);
    }
}
