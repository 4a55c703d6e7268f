using Actors.Contracts;
using Microsoft.Extensions.Logging;

namespace Actors.Gateway;

// Reading the right streams. Hubs and the join only note what is wanted; one task at a time does it, so that a socket that is moved twice
// in a row ends in the last place and its client is told in order.
internal sealed partial class Participation
{
    [Flags]
    private enum Wish
    {
        None = 0,

        /// <summary>To join, or to join again.</summary>
        Join = 1,

        /// <summary>To read the streams of the present place.</summary>
        Streams = 2,
    }

    /// <summary>A stream that is read here. Each is attached by a task of its own: one that cannot be read holds up no other.</summary>
    private sealed class Slot(Hub hub)
    {
        public Hub Hub => hub;

        public bool IsAttaching { get; set; }

        /// <summary>Put out again while it was being attached.</summary>
        public bool Again { get; set; }
    }

    private Slot? _meeting;
    private Slot? _room;
    private Slot? _thread;
    // Threads read besides that of the place: those of two people, and for moderators that of the waiting room.
    private readonly Dictionary<StreamId, Slot> _others = [];
    private Placement? _placement;
    private Wish _wish;
    private bool _settling;

    public override long MeetingSeen => Math.Max(_placement?.Number ?? 0, Epoch);

    protected override bool Reads(string stream)
    {
        lock (_gate)
            return stream == _meeting?.Hub.Stream.Name || stream == _room?.Hub.Stream.Name || stream == _thread?.Hub.Stream.Name
                || _others.Keys.Any(other => other.Name == stream);
    }

    public void Placed(Placement placement)
    {
        lock (_gate)
        {
            var before = _placement;
            _placement = placement;
            if (before is null)
            {
                Socket.Send(ServerMessages.Welcome(this, placement.Place, Services.Limits.HeartbeatSeconds, _meetingId.Meeting == grant.Meeting ? null : _meetingId.Meeting));
                Socket.Greet();
                Want(Wish.Streams);
                return;
            }
            if (before.Place != placement.Place)
            {
                Socket.Send(ServerMessages.Moved(placement.Place, placement.Number));
                Want(Wish.Streams);
            }
            else if (before.Directs != placement.Directs || before.ReadsWaiting != placement.ReadsWaiting)
            {
                Want(Wish.Streams);
            }
            if (_room is { Hub.Stream: var room } && room.Audience(before.Audience) != room.Audience(placement.Audience)) Bring(_room);
        }
    }

    public void Reattach(Hub hub)
    {
        lock (_gate)
            if (SlotOf(hub) is { } slot) Bring(slot);
    }

    public void Rejoin()
    {
        lock (_gate) Want(Wish.Join);
    }

    // Caller holds the lock.
    private void Want(Wish wish)
    {
        _wish |= wish;
        if (_settling || _ended || _wish == Wish.None) return;
        _settling = true;
        _ = Task.Run(Settle);
    }

    private async Task Settle()
    {
        var failures = 0;
        while (true)
        {
            Wish wish;
            lock (_gate)
            {
                if (_ended || _wish == Wish.None)
                {
                    _settling = false;
                    return;
                }
                (wish, _wish) = (_wish, Wish.None);
            }
            try
            {
                if (wish.HasFlag(Wish.Join)) await Join();
                if (wish.HasFlag(Wish.Streams)) SwitchStreams();
                failures = 0;
            }
            catch (Exception e)
            {
                if (!ClusterCalls.IsTransient(e) && e is not ClusterUnavailableException) SettlingFailed(Services.Log, e, Name);
                // The socket stays open: what could not be read yet is tried until it can.
                lock (_gate) _wish |= wish;
                await Task.Delay(Services.Backoff.Pause(failures++), Services.Time, CancellationToken.None);
            }
        }
    }

    private void SwitchStreams()
    {
        var meeting = _meetingId;
        if (_meeting is null) Enter(meeting, slot => _meeting = slot);
        if (_placement is not { } placement) return;
        var room = Ids.IsRoom(placement.Place) ? meeting.Room(placement.Place) : null;
        var thread = meeting.Thread(placement.Place);
        var others = OthersOf(meeting, placement);
        // Whoever moderated and waits now reads the same thread as one who waits: left first, entered anew.
        LeaveOthers(others);
        if (_room is { } oldRoom && oldRoom.Hub.Stream != room) Detach(oldRoom.Hub, () => _room = null);
        if (_thread is { } oldThread && oldThread.Hub.Stream != thread) Detach(oldThread.Hub, () => _thread = null);
        if (room is not null && _room is null) Enter(room, slot => _room = slot);
        if (_thread is null) Enter(thread, slot => _thread = slot);
        EnterOthers(others);
    }

    // They go with their people into every room; in the waiting room nobody reads anything but its own thread.
    private static HashSet<StreamId> OthersOf(StreamId meeting, Placement placement)
    {
        if (placement.Place == Ids.Waiting) return [];
        var others = placement.Directs.Select(meeting.Thread).ToHashSet();
        if (placement.ReadsWaiting) others.Add(meeting.Thread(Ids.Waiting));
        return others;
    }

    private void LeaveOthers(HashSet<StreamId> wanted)
    {
        Hub[] left;
        lock (_gate) left = [.. _others.Where(other => !wanted.Contains(other.Key)).Select(other => other.Value.Hub)];
        foreach (var hub in left) Detach(hub, () => _others.Remove(hub.Stream));
    }

    private void EnterOthers(HashSet<StreamId> wanted)
    {
        lock (_gate) wanted.ExceptWith(_others.Keys);
        foreach (var other in wanted) Enter(other, slot => _others[other] = slot);
    }

    private void Enter(StreamId stream, Action<Slot> keep)
    {
        var hub = Services.Hubs.Enter(stream, this);
        lock (_gate)
        {
            if (!_ended)
            {
                var slot = new Slot(hub);
                keep(slot);
                Bring(slot);
                return;
            }
        }
        hub.Leave(this);
    }

    private void Detach(Hub hub, Action forget)
    {
        hub.Leave(this);
        lock (_gate) forget();
        Socket.Send(ServerMessages.Detached(hub.Stream.Name));
    }

    // Caller holds the lock.
    private void Bring(Slot slot)
    {
        slot.Again = true;
        if (slot.IsAttaching) return;
        slot.IsAttaching = true;
        _ = Task.Run(() => Attach(slot));
    }

    private async Task Attach(Slot slot)
    {
        for (var failures = 0; ;)
        {
            lock (_gate)
            {
                if (!slot.Again || SlotOf(slot.Hub) != slot)
                {
                    slot.IsAttaching = false;
                    return;
                }
                slot.Again = false;
            }
            var stream = slot.Hub.Stream;
            var resume = TakeResume(stream);
            try
            {
                await slot.Hub.Attach(this, stream.Audience(_placement?.Audience ?? Audience.Waiting), resume, CancellationToken.None);
                failures = 0;
            }
            catch (Exception e)
            {
                if (!ClusterCalls.IsTransient(e) && e is not ClusterUnavailableException) SettlingFailed(Services.Log, e, Name);
                // The socket stays open: what could not be read yet is tried until it can.
                lock (_gate)
                {
                    slot.Again = true;
                    if (resume is { } number) _resume = (_resume ?? []).SetItem(stream.Name, number);
                }
                await Task.Delay(Services.Backoff.Pause(failures++), Services.Time, CancellationToken.None);
            }
        }
    }

    // A resume number is good for one attachment: from then on the stream itself knows where the socket is.
    private long? TakeResume(StreamId stream)
    {
        lock (_gate)
        {
            if (_resume is null || !_resume.TryGetValue(stream.Name, out var number)) return null;
            _resume = _resume.Remove(stream.Name);
            return number;
        }
    }

    // Caller holds the lock.
    private Slot? SlotOf(Hub hub) => hub == _meeting?.Hub ? _meeting
        : hub == _room?.Hub ? _room
        : hub == _thread?.Hub ? _thread
        : _others.TryGetValue(hub.Stream, out var other) && other.Hub == hub ? other : null;

    [LoggerMessage(2, LogLevel.Error, "{Who} could not be brought to its streams in a way that should not be; tried again.")]
    private static partial void SettlingFailed(ILogger log, Exception e, string who);
}
