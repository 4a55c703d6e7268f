using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>
/// All sockets of this process on one stream. Pulls the stream (<see cref="Run"/>, one outstanding call), encodes each event once, and hands
/// every class of audience the same bytes. What a socket gets is continuous: a snapshot at n or its resume number n, then frames from n + 1.
/// State is guarded by one lock that is never held over an await.
/// </summary>
internal sealed partial class Hub
{
    private readonly Lock _gate = new();
    private readonly IStreamGrain _grain;
    private readonly HubServices _services;
    private readonly Frames _frames;
    private readonly SnapshotCache _snapshots;
    private readonly EventRing _ring = new(HubSettings.RingEvents, HubSettings.RingBytes);
    private readonly Group[] _groups = [.. Enumerable.Range(0, AudienceClasses.Count).Select(_ => new Group())];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _backfilling = new(1);

    private readonly Dictionary<ISubscriber, Position> _users = [];
    private readonly Dictionary<string, List<ISubscriber>> _byParticipant = [];
    private readonly MeetingRoster? _roster;

    private TaskCompletionSource? _advanced;
    private ImmutableArray<string>? _lease;
    private long _unreachable = -1;
    private bool _stopped;

    public Hub(StreamId stream, IStreamGrain grain, HubServices services)
    {
        Stream = stream;
        _grain = grain;
        _services = services;
        _frames = new Frames(stream);
        _snapshots = new SnapshotCache(ReadView, _frames, services.Time);
        if (stream.Kind == StreamKind.Meeting) _roster = new MeetingRoster();
    }

    public StreamId Stream { get; }

    public IStreamGrain Grain => _grain;

    /// <summary>Of a meeting: tells a socket once more what is true of it, no older than a number that it knows to be durable.</summary>
    public async Task Tell(ISubscriber subscriber, long seen, CancellationToken cancellation)
    {
        await Reach(Math.Max(seen, subscriber.Epoch), cancellation);
        lock (_gate)
            if (_users.ContainsKey(subscriber) && EndSince(subscriber) is null && _roster!.Find(subscriber.Participant) is { } placement) subscriber.Placed(placement);
    }

    /// <summary>The last number that this process has seen of the stream.</summary>
    public long Head
    {
        get
        {
            lock (_gate) return _ring.Head;
        }
    }

    /// <summary>Keeps the hub alive for a socket, from here to <see cref="Leave"/>. Null where it has stopped: take another.</summary>
    public Position? Enter(ISubscriber subscriber)
    {
        lock (_gate)
        {
            if (_stopped) return null;
            if (_users.TryGetValue(subscriber, out var entered)) return entered;
            var position = _users[subscriber] = new Position();
            if (!_byParticipant.TryGetValue(subscriber.Participant, out var sockets)) _byParticipant[subscriber.Participant] = sockets = [];
            sockets.Add(subscriber);
            _lease = null;
            return position;
        }
    }

    /// <summary>No frame is handed to the socket once this has returned; the answer is how far it was told.</summary>
    public long Leave(ISubscriber subscriber)
    {
        lock (_gate)
        {
            if (!_users.Remove(subscriber, out var position)) return 0;
            var told = position.Group?.ToldThrough(subscriber) ?? position.AtLeast;
            position.Group?.Remove(subscriber);
            var sockets = _byParticipant[subscriber.Participant];
            sockets.Remove(subscriber);
            if (sockets.Count == 0) _byParticipant.Remove(subscriber.Participant);
            _lease = null;
            return told;
        }
    }

    /// <summary>
    /// Brings an entered socket into its class: by the events after <paramref name="resume"/> where they are at hand and its class was the
    /// same all the while, else by a snapshot.
    /// </summary>
    /// <param name="entered">Where it has left since, nothing happens, also where it has entered anew: what it resumes from is of before.</param>
    /// <param name="audience">On rooms and threads; a meeting's hub knows it better.</param>
    /// <exception cref="ClusterUnavailableException">The stream could not be read in time.</exception>
    public async Task Attach(ISubscriber subscriber, Position entered, Audience audience, long? resume, CancellationToken cancellation)
    {
        await _started.Task.WaitAsync(cancellation);
        if (_roster is not null)
        {
            await Reach(subscriber.Epoch, cancellation);
            await Introduce(subscriber.Participant, cancellation);
        }
        var readsAfter = Stream.IsWaitingRoom && audience == Audience.Waiting ? await AskReadsAfter(subscriber, cancellation) : 0;
        if (resume < readsAfter) resume = null;
        // A meeting's reader also needs what happened to its connection since it was let in.
        var first = _roster is null ? resume : Math.Min(resume ?? subscriber.Epoch, subscriber.Epoch);
        if (first is { } number) await Backfill(number, cancellation);
        Snapshot? snapshot = null;
        // What the client says it has may be more than this hub has read yet, or never have been.
        var (claimed, claimedAt) = (Math.Max(resume ?? 0, subscriber.Claimed(Stream)), _services.Time.GetTimestamp());
        var rejoins = false;
        Snapshot? refused;
        long atLeast;
        for (var attempt = 0; attempt < HubSettings.AttachAttempts; attempt++)
        {
            if (_roster is not null && attempt > 0) await Introduce(subscriber.Participant, cancellation);
            lock (_gate)
            {
                if (!_users.TryGetValue(subscriber, out var position) || position != entered) return;
                var continues = resume is { } has && _ring.Covers(has) && (_roster is null || IsSameClass(subscriber, has));
                if (_roster is not null && Place(subscriber, continues, ref audience) is { } end)
                {
                    // A view-only attendee whom a reload has forgotten since: once more.
                    if (end == CloseCode.Resync && attempt == 0) continue;
                    subscriber.Close(end);
                    return;
                }
                // The meeting gave this connection up in events that were never read here: a reload has passed over them.
                if (_roster?.IsReconnecting(subscriber.Participant) == true && subscriber.Epoch <= _ring.Head && !rejoins)
                {
                    rejoins = true;
                    subscriber.Rejoin();
                }
                if (Stream.Kind == StreamKind.Channel && !IsMember(subscriber)) return;
                position.ReadFrom(readsAfter);
                if (position.Group == _groups[(int)audience]) return;
                if (position.Group is { } left)
                {
                    position.TakeOut(left.ToldThrough(subscriber));
                    left.Remove(subscriber);
                }
                if (resume is { } from)
                {
                    if (continues && TryCatchUp(subscriber, audience, from, snapshot: null)) return;
                    // Within what was read it is what the client has; beyond, a view that was asked for it tells.
                    if (from <= _ring.Head) position.TakeOut(from);
                    resume = null;
                }
                atLeast = Math.Max(position.AtLeast, subscriber.Acknowledged(Stream));
                var known = snapshot?.Audience == audience ? snapshot : _snapshots.Fresh(audience);
                var serves = known is not null && known.Number >= atLeast && known.Answers(claimed, claimedAt);
                if (serves && TryJoin(subscriber, known!)) return;
                // One that was read for another, and that this hub has still to reach, is waited for: a further one would only be further ahead.
                (snapshot, refused) = serves && known!.Number > _ring.Head ? (known, default(Snapshot)) : (null, known);
            }
            snapshot ??= await _snapshots.Take(audience, Math.Max(atLeast, claimed), refused, _stop.Token).WaitAsync(cancellation);
            await Reach(snapshot.Number, cancellation);
        }
        lock (_gate)
            if (_users.GetValueOrDefault(subscriber) == entered) subscriber.Close(CloseCode.Resync);
    }

    // Tells a socket its place and finds its class; otherwise how its connection has ended meanwhile.
    private CloseCode? Place(ISubscriber subscriber, bool sameClass, ref Audience audience)
    {
        if (EndSince(subscriber) is { } end) return end;
        if (_roster!.Find(subscriber.Participant) is not { } placement) return CloseCode.Resync;
        subscriber.Placed(placement, sameClass);
        audience = placement.Audience;
        return null;
    }

    // Of the meeting, whether a participant's class is what it was at a number that the ring covers.
    private bool IsSameClass(ISubscriber subscriber, long from) => !_ring.After(from).Any(entry => ChangesClass(entry.Recorded.Event, subscriber.Participant));

    // Caller holds the lock.
    private bool TryJoin(ISubscriber subscriber, Snapshot snapshot) =>
        _ring.Covers(snapshot.Number) && TryCatchUp(subscriber, snapshot.Audience, snapshot.Number, snapshot);

    private bool TryCatchUp(ISubscriber subscriber, Audience audience, long from, Snapshot? snapshot)
    {
        var shown = _ring.After(from).Where(entry => entry.IsShownTo(audience, subscriber.Participant, _users[subscriber].ReadsAfter))
            .Select(entry => entry.For(audience, subscriber.Participant)).ToList();
        if (shown.Sum(entry => (long)entry.Json.Length) > HubSettings.CatchUpBytes) return false;
        if (snapshot is not null)
        {
            if (!subscriber.SendSnapshot(Stream, snapshot.Number, snapshot.Frame)) return false;
            _services.Metrics.Delivered(1, 0, snapshot.Frame.Length);
        }
        if (from < _ring.Head)
        {
            var frame = _frames.Events(from + 1, _ring.Head, shown);
            subscriber.Send(frame);
            _services.Metrics.Delivered(1, shown.Count, frame.Length);
        }
        // Views of these classes are the same for everybody in them and name nobody: what somebody is themselves they are told apart.
        if (snapshot is not null && _roster is not null && audience is (Audience.Attendees or Audience.Waiting) && _roster.DescribeToThemself(subscriber.Participant) is { } own)
            subscriber.Send(_frames.Own(_ring.Head, own, _roster.HasRaised(subscriber.Participant)));
        var group = _groups[(int)audience];
        _users[subscriber].Put(group);
        group.Add(subscriber, _ring.Head);
        return true;
    }

    private static bool ChangesClass(Event @event, string participant) => @event switch
    {
        ParticipantJoined joined => joined.Participant == participant,
        RoleChanged changed => changed.Participant == participant,
        ParticipantPutBack back => back.Participant == participant,
        ParticipantsAdmitted admitted => admitted.Participants.Contains(participant),
        _ => false,
    };

    private async Task Reach(long number, CancellationToken cancellation)
    {
        while (true)
        {
            Task advanced;
            lock (_gate)
            {
                if (_ring.Head >= number) return;
                _advanced ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                advanced = _advanced.Task;
            }
            await advanced.WaitAsync(cancellation);
        }
    }
}
