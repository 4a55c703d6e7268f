using System.Collections.Immutable;
using System.Reflection;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>Every limit holds exactly (promises P6, P8, P10): what is at the bound goes, one more is refused and changes nothing.</summary>
public sealed class LimitTests
{
    /// <summary>Does something of size or number n, and says what came of the last of it.</summary>
    private delegate Refusal? Attempt(int n);

    private static readonly Dictionary<string, (int Bound, Attempt Try, Refusal Past)> Cases = new()
    {
        [nameof(Limits.NameLength)] = (Limits.NameLength, n => Joined(join => join with { Name = new string('x', n) }), Refusal.TooLarge),
        [nameof(Limits.IdLength)] = (Limits.IdLength, n => Joined(join => join with { Participant = new string('x', n) }), Refusal.InvalidArgument),
        [nameof(Limits.AttributesBytes)] = (Limits.AttributesBytes, n => Joined(join => join with { Attributes = Map(n) }), Refusal.TooLarge),
        [nameof(Limits.MetadataBytes)] = (Limits.MetadataBytes, n => new MeetingRun().Api(new CreateMeeting("T", MeetingSettings.Default, Map(n))).Refusal, Refusal.TooLarge),
        [nameof(Limits.LocksPerMeeting)] = (Limits.LocksPerMeeting, n => Last(MeetingRun.With(), n, (run, i) => run.Api(new LockAbilities([Ability.Chat], true, [$"p{i}"]))), Refusal.LimitReached),
        [nameof(Limits.TagsPerMeeting)] = (Limits.TagsPerMeeting, n => MeetingRun.With().Api(new ChangeTags(Numbered(n))).Refusal, Refusal.TooLarge),
        [nameof(Limits.TagLength)] = (Limits.TagLength, n => MeetingRun.With().Api(new ChangeTags([new string('x', n)])).Refusal, Refusal.TooLarge),
        [nameof(Limits.BroadcastBytes)] = (Limits.BroadcastBytes, n => WithRooms().Api(new BroadcastToRooms(new string('x', n))).Refusal, Refusal.TooLarge),
        [nameof(Limits.RoomsPerMeeting)] = (Limits.RoomsPerMeeting, n => MeetingRun.With().Api(new CreateRooms(Numbered(n))).Refusal, Refusal.TooLarge),
        [nameof(Limits.RoomsPerRound)] = (Limits.RoomsPerRound, n => Last(WithRooms(), n - 1, (run, i) =>
        {
            if (i > 1) run.Api(new DeleteRoom(Ids.Room(1, i))).ShouldBeAccepted();
            return run.Api(new AddRoom("Blue"));
        }), Refusal.LimitReached),
        [nameof(Limits.AssignmentsPerCommand)] = (Limits.AssignmentsPerCommand, n =>
            MeetingRun.With().Api(new CreateRooms(["Red"], [Numbered(n)])).Refusal
            ?? WithRooms(open: false).Api(new AssignRooms([.. Numbered(n).Select(id => new Assignment(id, "r1-1"))])).Refusal, Refusal.TooLarge),
        [nameof(Limits.RoundsPerMeeting)] = (Limits.RoundsPerMeeting, n => Last(MeetingRun.With(), n, (run, _) => run.Api(new CreateRooms(["Red"]))), Refusal.LimitReached),
        [nameof(Limits.RoomsDurationMax)] = ((int)Limits.RoomsDurationMax.TotalSeconds, n => WithRooms(open: false).Api(new OpenRooms(n)).Refusal, Refusal.InvalidArgument),
        [nameof(Limits.RoomsCountdownMax)] = ((int)Limits.RoomsCountdownMax.TotalSeconds, n => WithRooms().Api(new CloseRooms(n)).Refusal, Refusal.InvalidArgument),
        [nameof(Limits.EndDelaySeconds)] = (Limits.EndDelaySeconds, n => Set(new SettingsPatch(EndWhenEmptySeconds: n)) ?? Set(new SettingsPatch(EndWithoutHostSeconds: n)), Refusal.InvalidArgument),
        [nameof(Limits.TimeLimitMinutes)] = (Limits.TimeLimitMinutes, n => Set(new SettingsPatch(TimeLimitMinutes: n)), Refusal.InvalidArgument),
        [nameof(Limits.JoinBeforeMinutes)] = (Limits.JoinBeforeMinutes, n => Set(new SettingsPatch(JoinBeforeMinutes: n)), Refusal.InvalidArgument),
        [nameof(Limits.ParticipantsPerMeeting)] = (Limits.ParticipantsPerMeeting, n => Last(Hall(), n, (run, i) => run.Join($"p{i}", Role.Attendee)), Refusal.MeetingFull),
        [nameof(Limits.InteractivePerMeeting)] = (Limits.InteractivePerMeeting, n => Last(Hall(), n, (run, i) => run.Join($"p{i}")), Refusal.MeetingFull),
        [nameof(Limits.SessionsPerParticipant)] = (Limits.SessionsPerParticipant,
            n => Last(MeetingRun.With(MeetingSettings.Default with { Devices = DevicePolicy.Allow }), n, (run, i) => run.Join("ann", session: $"s{i}")), Refusal.LimitReached),
        [nameof(Limits.ConnectionsPerDisconnect)] = (Limits.ConnectionsPerDisconnect,
            n => MeetingRun.With().System(new Disconnect([.. Numbered(n).Select(id => new Connection(id, "s", "c"))], LeaveReason.ConnectionLost)).Refusal, Refusal.TooLarge),
        [nameof(Limits.BansPerMeeting)] = (Limits.BansPerMeeting, n => Last(MeetingRun.With(), n, (run, i) => run.Api(new BanParticipant($"p{i}"))), Refusal.LimitReached),
        [nameof(Limits.RevocationsPerMeeting)] = (Limits.RevocationsPerMeeting, n => Last(Hall(), n, (run, i) =>
        {
            run.Join($"p{i}", Role.Attendee).ShouldBeAccepted();
            return run.Api(new RemoveParticipant($"p{i}"));
        }), Refusal.LimitReached),
        [nameof(Limits.RememberedAnswers)] = (Limits.RememberedAnswers, RepeatedAfter, Refusal.StaleCommand),
        [nameof(Limits.RememberedKeys)] = (Limits.RememberedKeys, n => Last(MeetingRun.With(), n, (run, i) =>
            run.Send(Caller.Backend("key"), CommandId.OfKey($"order-{i}"), new LockMeeting(i % 2 == 0))), Refusal.Busy),
        [nameof(Limits.PeoplePage)] = (Limits.PeoplePage, n => People.Page(MeetingRun.With().State, new PeopleRequest(Caller.Backend("key"), Limit: n))!.Refusal, Refusal.InvalidArgument),

        [nameof(Limits.PlacesPage)] = (Limits.PlacesPage, n => PlacesCursor.Check(new PlacesRequest(Limit: n), 1, out _) is null ? null : Refusal.InvalidArgument, Refusal.InvalidArgument),
        [nameof(Limits.SpotlightsPerSpace)] = (Limits.SpotlightsPerSpace, n =>
            MeetingRun.With([.. Numbered(n).Select(id => (id, Role.Participant))]).Api(new Spotlight(Numbered(n))).Refusal, Refusal.TooLarge),
        [nameof(Limits.HandsBeforeAttendees)] = (Limits.HandsBeforeAttendees, n => Last(Hall(), n, (run, i) =>
        {
            run.Join($"p{i}", Role.Attendee).ShouldBeAccepted();
            return run.As($"p{i}", new RaiseHand());
        }), Refusal.LimitReached),
        [nameof(Limits.TimerSeconds)] = (Limits.TimerSeconds, n => MeetingRun.With().Api(new StartTimer(n)).Refusal, Refusal.InvalidArgument),
        [nameof(Limits.PollsPerSpace)] = (Limits.PollsPerSpace, n => Last(MeetingRun.With(), n, (run, _) => run.Api(PollTests.Tea)), Refusal.LimitReached),
        [nameof(Limits.OpenPollsPerSpace)] = (Limits.OpenPollsPerSpace, n => Last(MeetingRun.With(), n, (run, _) =>
            run.Api(new StartPoll(run.Api(PollTests.Tea).First))), Refusal.LimitReached),
        [nameof(Limits.VotersPerPoll)] = (Limits.VotersPerPoll, n => PollTests.Voted(n), Refusal.LimitReached),
        [nameof(Limits.OptionsPerPoll)] = (Limits.OptionsPerPoll, n => MeetingRun.With().Api(PollTests.Tea with { Options = Numbered(n) }).Refusal, Refusal.TooLarge),
        [nameof(Limits.OptionLength)] = (Limits.OptionLength, n => MeetingRun.With().Api(PollTests.Tea with { Options = ["No", new string('x', n)] }).Refusal, Refusal.TooLarge),
        [nameof(Limits.QuestionBytes)] = (Limits.QuestionBytes, n => MeetingRun.With().Api(PollTests.Tea with { Question = new string('x', n) }).Refusal, Refusal.TooLarge),

        [nameof(Limits.DirectsPerParticipant)] = (Limits.DirectsPerParticipant, n => Opened(n, (run, i) => run.As("ann", new OpenDirect($"p{i}"))), Refusal.LimitReached),
        [nameof(Limits.RetentionDays)] = (Limits.RetentionDays, n => Said(new KeepMessages(n), "api"), Refusal.InvalidArgument),
        [nameof(Limits.MessageBytes)] = (Limits.MessageBytes, n => Said(new PostMessage(new string('x', n))), Refusal.TooLarge),
        [nameof(Limits.MentionsPerMessage)] = (Limits.MentionsPerMessage, n => Said(new PostMessage("Hello", Mentions: Numbered(n))), Refusal.TooLarge),
        [nameof(Limits.PinsPerThread)] = (Limits.PinsPerThread, Pinned, Refusal.LimitReached),
        [nameof(Limits.AttachmentsPerMessage)] = (Limits.AttachmentsPerMessage,
            n => Said(new PostMessage("Hello", Attachments: [.. Enumerable.Repeat(ThreadSample.Attached, n)])), Refusal.TooLarge),
        [nameof(Limits.AttachmentUrlLength)] = (Limits.AttachmentUrlLength,
            n => Attached(ThreadSample.Attached with { Url = "https://files.example/".PadRight(n, 'x') }), Refusal.TooLarge),
        [nameof(Limits.AttachmentTypeLength)] = (Limits.AttachmentTypeLength,
            n => Attached(ThreadSample.Attached with { Type = "image/".PadRight(n, 'x') }), Refusal.TooLarge),
        [nameof(Limits.ReactionLength)] = (Limits.ReactionLength, n => Reacted(new string('x', n), MessageOverlay.None), Refusal.TooLarge),
        [nameof(Limits.ReactionsPerMessage)] = (Limits.ReactionsPerMessage, n => Reacted("new", Overlay(kinds: n - 1, givers: 1)), Refusal.LimitReached),
        [nameof(Limits.ReactorsPerMessage)] = (Limits.ReactorsPerMessage, n => Reacted("r0", Overlay(kinds: 1, givers: n - 1)), Refusal.LimitReached),
        [nameof(Limits.PointersPerCommand)] = (Limits.PointersPerCommand,
            n => Said(new RecordPointers([.. Numbered(n).Select(id => new Contracts.Pointer(id, 1, 1))]), "system"), Refusal.TooLarge),
    };

    /// <summary>Limits that no single command here can reach: they take storage, time or a socket, or facts that other tests make.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        [nameof(Limits.AdmittedPerEvent)] = "WaitingRoomTests",
        [nameof(Limits.PasscodeLength)] = "PasscodeTests",
        [nameof(Limits.OccurrencesPerSeries)] = "SeriesTests",
        [nameof(Limits.SeriesIdLength)] = "SeriesTests",
        [nameof(Limits.RecurrenceInterval)] = "SeriesTests",
        [nameof(Limits.ExceptionsPerSeries)] = "PlannedOccurrencesTests",
        [nameof(Limits.FirstScheduleYear)] = "SeriesTests",
        [nameof(Limits.LastScheduleYear)] = "SeriesTests",
        [nameof(Limits.CarriedPerPart)] = "SeriesTests",
        [nameof(Limits.DirectsPerMeeting)] = "DirectTests",
        [nameof(Limits.MembersPerChannel)] = "ChannelTests",
        [nameof(Limits.MembersPerCommand)] = "ChannelTests",
        [nameof(Limits.MembersPage)] = "gateway: ChannelTests",
        [nameof(Limits.UnreadMentions)] = "not a refusal: MentionTests",
        [nameof(Limits.AttachmentBytes)] = "AttachmentTests",
        [nameof(Limits.SpeakersPerSpace)] = "HandQueueTests",
        [nameof(Limits.FewestOptions)] = "PollTests",
        [nameof(Limits.EditsPerMessage)] = "ThreadRulesTests",
        [nameof(Limits.PendingRedactions)] = "ThreadRulesTests",
        [nameof(Limits.DepartedMembers)] = "ThreadMembersTests",
        [nameof(Limits.OverlaySpan)] = "OverlayTests",
        [nameof(Limits.HistoryPage)] = "gateway: PageTests",
        [nameof(Limits.SearchQueryLength)] = "SearchTests",
        [nameof(Limits.SearchWords)] = "SearchTests",
        [nameof(Limits.SearchPage)] = "SearchTests",
        [nameof(Limits.SearchedPages)] = "not a refusal: grains: SearchTests",
        [nameof(Limits.SearchedStretches)] = "not a refusal: grains: SearchIndexTests",
        [nameof(Limits.ReceiptsPage)] = "MessageReadersTests",
        [nameof(Limits.LogPage)] = "gateway: PageTests",
        [nameof(Limits.ThreadsSearched)] = "not a refusal: gateway: TenantSearchPageTests, TenantSearchTests",
        [nameof(Limits.ThreadsSearchedAtOnce)] = "not a refusal: gateway: TenantSearchPageTests",
        [nameof(Limits.ThreadListPagesSearched)] = "not a refusal: gateway: TenantSearchPageTests",
        [nameof(Limits.TenantSearchDeadline)] = "not a refusal: gateway: TenantSearchPageTests",
        [nameof(Limits.ThreadListPage)] = "not a refusal: grains: RegisterTests",
        [nameof(Limits.ListPage)] = "gateway: PageTests",
        [nameof(Limits.HotTail)] = "grains: BoundsTests",
        [nameof(Limits.ReadBytes)] = "grains: BoundsTests",
        [nameof(Limits.ReadHold)] = "grains: BoundsTests",
        [nameof(Limits.PendingCommands)] = "grains: BoundsTests",
        [nameof(Limits.GatewayLease)] = "grains: BoundsTests",
        [nameof(Limits.KeysPerTenant)] = "grains: ThreadTests",
        [nameof(Limits.ThreadsPerInbox)] = "not a refusal: the oldest thread goes",
        [nameof(Limits.InboxPage)] = "gateway: InboxTests",
        [nameof(Limits.InboxChanges)] = "not a refusal: grains, gateway: InboxTests",
        [nameof(Limits.PointerFlush)] = "not a refusal: a pace",
        [nameof(Limits.BatchBytes)] = "grains: BoundsTests",
        [nameof(Limits.CommandDeadline)] = "not a refusal of its own: unavailable",
        [nameof(Limits.AppendDeadline)] = "grains: DurabilityTests",
        [nameof(Limits.ReconnectGrace)] = "AdmissionTests",
        [nameof(Limits.AnswerMemory)] = "CommandMemoryTests",
        [nameof(Limits.TokenLifetime)] = "ModerationTests",
        [nameof(Limits.RoomsCountdown)] = "BreakoutTests",
        [nameof(Limits.SignalLifetime)] = "not a refusal: grains: SignalTests",
        [nameof(Limits.TimeWarnings)] = "EndingTests",
    };

    [Fact]
    public void Every_limit_is_tested_here_or_somewhere_named() => typeof(Limits).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.Name).Except(Cases.Keys).Except(Elsewhere.Keys).ShouldBeEmpty("A new limit needs a case here, at the bound and one past it.");

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void P6_at_the_bound_it_goes_and_one_past_it_is_refused(string limit)
    {
        var (bound, attempt, past) = Cases[limit];
        attempt(bound).ShouldBeNull();
        attempt(bound + 1).ShouldBe(past);
    }

    private static Refusal? Last(MeetingRun run, int n, Func<MeetingRun, int, Sent> act)
    {
        for (var i = 1; i < n; i++) act(run, i).ShouldBeAccepted();
        return act(run, n).Refusal;
    }

    private static Refusal? Opened(int n, Func<MeetingRun, int, Sent> open)
    {
        var run = MeetingRun.With(("ann", Role.Participant));
        for (var i = 1; i <= n; i++) run.Join($"p{i}").ShouldBeAccepted();
        return Last(run, n, open);
    }

    // The first of n commands is sent again.
    private static Refusal? RepeatedAfter(int n)
    {
        var run = MeetingRun.With(("ann", Role.Host));
        for (var i = 1; i <= n; i++) run.Send(Caller.Participant("ann"), new CommandId("ann-s", i), new SetMedia(Microphone: i % 2 == 1)).ShouldBeAccepted();
        var again = run.Send(Caller.Participant("ann"), new CommandId("ann-s", 1), new SetMedia(Microphone: true));
        if (again.Refusal is null) again.Repeat.ShouldBeTrue();
        return again.Refusal;
    }

    private static Refusal? Set(SettingsPatch patch) => MeetingRun.With().Api(new ChangeSettings(patch)).Refusal;

    private static Refusal? Joined(Func<Join, Join> with) =>
        MeetingRun.With().System(with(new Join("ann", "Ann", Role.Participant, Kind.Person, false, "s", "c", "g", MeetingRun.Start))).Refusal;

    private static Refusal? Said(Command command, string who = "ann")
    {
        var outcome = ThreadSample.Thread().Say("ann", new MessagePosted("hello")).Decide(who, command);
        return outcome.IsRefused ? outcome.Reason : null;
    }

    private static Refusal? Pinned(int n)
    {
        var thread = ThreadSample.Thread();
        Outcome outcome = default;
        for (var i = 0; i < n; i++)
        {
            thread = thread.Say("ann", new MessagePosted("hello"));
            outcome = thread.Decide("host", new PinMessage(thread.LastMessage));
            if (!outcome.IsRefused) thread = thread.Say("host", outcome.Events[0]);
        }
        return outcome.IsRefused ? outcome.Reason : null;
    }

    private static Refusal? Attached(Attachment attachment) => Said(new PostMessage("Hello", Attachments: [attachment]));

    private static Refusal? Reacted(string reaction, MessageOverlay overlay)
    {
        var thread = ThreadSample.Thread().Say("ann", new MessagePosted("hello"));
        var outcome = thread.Decide("bob", new React(thread.LastMessage, reaction), ThreadSample.Facts(thread.LastMessage, "ann", overlay: overlay));
        return outcome.IsRefused ? outcome.Reason : null;
    }

    private static MessageOverlay Overlay(int kinds, int givers) => MessageOverlay.None with
    {
        Reactions = [.. Enumerable.Range(0, kinds).Select(i => new Reactions($"r{i}", givers, Numbered(givers)))],
    };

    private static MeetingRun Hall() => MeetingRun.With(MeetingSettings.Default with { Capacity = Limits.ParticipantsPerMeeting });

    private static MeetingRun WithRooms(bool open = true)
    {
        var run = MeetingRun.With(("host", Role.Host));
        run.Api(new CreateRooms(["Red"])).ShouldBeAccepted();
        if (open) run.Api(new OpenRooms()).ShouldBeAccepted();
        return run;
    }

    private static ImmutableArray<string> Numbered(int n) => [.. Enumerable.Range(1, n).Select(i => $"n{i}")];

    // n bytes of key and value together.
    private static ImmutableDictionary<string, string> Map(int n) => ImmutableDictionary<string, string>.Empty.Add("k", new string('x', n - 1));
}
