using Actors.Contracts;
using Actors.Meetings;

namespace Actors.Grains;

/// <summary>
/// A meeting: the truth about who is where. Its effects are informing rooms and threads, judging leases, one reminder while live or waited for, its entries in
/// lists, its next occurrence, counting anonymous polls.
/// </summary>
[Reentrant]
public sealed class MeetingGrain : StreamGrain<MeetingState>, IMeetingGrain, IRemindable
{
    private readonly ReceiverOutbox _receivers;
    private readonly GatewayLeases _leases;
    private readonly LiveReminder _reminder;
    private readonly ListingFeed _listing;
    private readonly NextOccurrence _next;
    private readonly PlacesReader _places;
    private readonly BallotBox _ballots;
    private readonly ViewCache<MeetingView> _views = new();
    private DateTimeOffset _housekeeping;
    private DateTimeOffset _attendeesToldAt;
    private int _attendeesTold;

    public MeetingGrain(GrainServices services) : base(services, Streams.Meeting)
    {
        _receivers = new ReceiverOutbox(Key, GrainFactory, services, Logger, () => Journal.Durable, Tail);
        _leases = new GatewayLeases(services.Clock.Time);
        _reminder = new LiveReminder(this);
        _listing = new ListingFeed(Key, Stream, services, Logger, () => Journal.Durable);
        _places = new PlacesReader((after, cancellation) => Log(after, Limits.LogPage, cancellation));
        _next = new NextOccurrence(Key, GrainFactory, Logger, () => Journal.Durable, () => Submit(new RecordContinued()));
        _ballots = new BallotBox(Stream, GrainFactory, Logger, () => Journal.Durable.Main.Polls, Submit);
    }

    public async ValueTask<RosterUpdate?> Roster(string place, bool thread, long after, long seen, CancellationToken cancellation)
    {
        await ReadyToShow(seen);
        return Rosters.Update(Journal.Durable, place, thread, after, ReceiverOutbox.TailSince(Tail, after));
    }

    public async ValueTask<MeetingDirects> Directs(long seen, CancellationToken cancellation)
    {
        await ReadyToShow(seen);
        return Meeting.Directs(Journal.Durable);
    }

    public async ValueTask<MeetingStanding> Standing(string participant, long seen, CancellationToken cancellation)
    {
        await ReadyToShow(seen);
        return Rosters.Standing(Journal.Durable, participant);
    }

    public async ValueTask<PeoplePage?> People(PeopleRequest request, CancellationToken cancellation)
    {
        await ReadyToShow(request.Seen);
        return Meetings.People.Page(Journal.Durable, request);
    }

    public async ValueTask<PlacesPage?> Places(PlacesRequest request, CancellationToken cancellation)
    {
        await ReadyToShow(request.Seen);
        var head = Journal.Durable.Version;
        return head == 0 ? null : await _places.Page(request, head, cancellation);
    }

    public async ValueTask<PlannedPage?> Planned(PlannedRequest request, CancellationToken cancellation)
    {
        await ReadyToShow(request.Seen);
        return Meeting.Planned(Journal.Durable, request, Services.Clock.Now);
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _reminder.Rang();
        await Wake(CancellationToken.None);
    }

    private protected override async ValueTask<Answer?> Prepare(Request request, CancellationToken cancellation)
    {
        await _ballots.Prepare(Journal.State.Main.Polls, request.Command);
        return null;
    }

    private protected override bool IsPrepared(Request request) => _ballots.IsPrepared(Journal.State.Main.Polls, request.Command);

    private protected override Outcome Decide(MeetingState state, Request request, DateTimeOffset now) =>
        Meeting.Decide(state, request, now, _ballots.Seal(state.Main.Polls, request));

    private protected override View? Render(MeetingState durable, ViewRequest request) => request.Participant is { } asker
        ? Meeting.View(durable, request.Audience, asker)
        : _views.Get(durable.Version, request.Audience, () => Meeting.View(durable, request.Audience));

    private protected override Refused? Check(MeetingState state, Signal signal) => Signals.Check(state.Main, signal);

    private protected override void OnLoaded()
    {
        _housekeeping = Services.Clock.Now + GrainLimits.Housekeeping;
        _attendeesTold = Journal.Durable.Attendees;
        _receivers.Send();
        _ = _listing.Run();
        _ = _next.Run();
        _ = _ballots.Run();
    }

    private protected override void OnRead(ReadRequest request)
    {
        if (request.Lease is { } lease) _leases.Confirm(lease);
    }

    private protected override void OnDurable(Commit<MeetingState> commit)
    {
        var concerned = false;
        foreach (var (recorded, _) in commit.Events)
        {
            concerned |= Rosters.Concerns(recorded.Event);
            if (ConnectionOf(recorded.Event) is { } connection) _leases.Opened(connection);
        }
        if (concerned) _receivers.Send();
        _ = _listing.Run();
        _ = _next.Run();
        _ = _ballots.Run();
        if (_reminder.IsDue(Journal.Durable, !_listing.IsBehind)) _ = KeepReminder();
        TellAttendees();
    }

    /// <summary>What is created can be found. Who is put out, kept out or put back is also out of the rooms and threads before anybody is told so.</summary>
    private protected override async ValueTask<Answer> Conclude(Request request, Accepted accepted)
    {
        if (request.Command is CreateMeeting or ContinueMeeting)
            return await _listing.Shown(GrainLimits.ReceiverWait) ? accepted : accepted with { Pending = true };
        if (request.Command is not (RemoveParticipant or BanParticipant or PutBack or LockMeeting or AdmitParticipants or AdmitAll or DenyParticipant)) return accepted;
        return await _receivers.Applied(accepted.First, accepted.Last, GrainLimits.ReceiverWait) ? accepted : accepted with { Pending = true };
    }

    private protected override DateTimeOffset? NextWork
    {
        get
        {
            var state = Journal.Durable;
            var unfinished = _receivers.IsBehind || !state.Participants.IsEmpty || _listing.IsBehind || state.HasLegacy || _ballots.HasWork || _reminder.IsDue(state, !_listing.IsBehind);
            if (_attendeesTold != state.Attendees) return _attendeesToldAt + GrainLimits.AttendeesEvery;
            return unfinished ? _housekeeping : null;
        }
    }

    private protected override async Task Work(CancellationToken cancellation)
    {
        _housekeeping = Services.Clock.Now + GrainLimits.Housekeeping;
        TellAttendees();
        await JudgeLeases();
        // These may take as long as storage and another grain do; time in this meeting goes on.
        _ = _listing.Run();
        _ = _next.Run();
        _ = _ballots.Run();
        await KeepReminder();
        await _receivers.SendAll();
    }

    private protected override void OnClosing() => _receivers.Close();

    private async Task JudgeLeases()
    {
        var held = Journal.State.Connections.Select(one => (new Connection(one.Participant, one.Session, one.Connection), one.Gateway));
        var lost = _leases.Lost(held);
        if (lost.IsEmpty) return;
        Grains.Log.LeasesLost(Logger, Stream, lost.Length);
        foreach (var batch in lost.Chunk(Limits.ConnectionsPerDisconnect))
            await Submit(new Disconnect([.. batch], LeaveReason.GatewayLost));
    }

    private async Task KeepReminder()
    {
        try
        {
            await _reminder.Keep(Journal.Durable, !_listing.IsBehind);
        }
        catch (Exception fault)
        {
            Grains.Log.EffectFailed(Logger, fault, Stream, "its reminder");
        }
    }

    // View-only attendees are counted, not listed: readers hear the count at most once a second.
    private void TellAttendees()
    {
        var (count, now) = (Journal.Durable.Attendees, Services.Clock.Now);
        if (count == _attendeesTold || now - _attendeesToldAt < GrainLimits.AttendeesEvery) return;
        (_attendeesTold, _attendeesToldAt) = (count, now);
        Tell(new AttendeesSignal(count));
    }

    private static string? ConnectionOf(Event happened) => happened switch
    {
        ParticipantJoined e => e.Connection,
        ParticipantReconnected e => e.Connection,
        SessionReplaced e => e.Connection,
        _ => null,
    };
}
