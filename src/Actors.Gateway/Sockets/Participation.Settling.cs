using System.Collections.Immutable;
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
    private sealed class Slot(Hub hub, Hub.Position entered, Audience audience)
    {
        public Hub Hub => hub;

        public Hub.Position Entered => entered;

        /// <summary>As which a thread was entered.</summary>
        public Audience Audience => audience;

        public bool IsAttaching { get; set; }

        /// <summary>Put out again while it was being attached.</summary>
        public bool Again { get; set; }
    }

    private Slot? _meeting;
    private Slot? _room;
    // One for nearly everybody: a dictionary of its own would be the largest thing that an attendee costs here.
    private ImmutableArray<Slot> _threads = [];
    private Placement? _placement;
    private Wish _wish;
    private bool _settling;

    public override long MeetingSeen => Math.Max(_placement?.Number ?? 0, Epoch);

    protected override bool Reads(string stream)
    {
        lock (_gate)
            return stream == _meeting?.Hub.Stream.Name || stream == _room?.Hub.Stream.Name || _threads.Any(slot => slot.Hub.Stream.Name == stream);
    }

    public void Placed(Placement placement, bool sameClass)
    {
        lock (_gate)
        {
            var before = _placement;
            _placement = placement;
            if (before is null)
            {
                Socket.Send(ServerMessages.Welcome(this, placement.Place, Services.Limits.HeartbeatSeconds, _meetingId.Meeting == grant.Meeting ? null : _meetingId.Meeting));
                Socket.Greet();
                Resume(placement, sameClass);
                Want(Wish.Streams);
                return;
            }
            if (before.Place != placement.Place)
            {
                Socket.Send(ServerMessages.Moved(placement.Place, placement.Number));
                Want(Wish.Streams);
            }
            else if (before.Directs != placement.Directs || before.ReadsWaiting != placement.ReadsWaiting || before.Rooms != placement.Rooms)
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
        RoomQuery? asked = null;
        lock (_gate)
        {
            if (_placement is not null) (asked, _asked) = (_asked, null);
            asked?.IsTaken = true;
        }
        try
        {
            SwitchStreams(asked);
        }
        catch
        {
            // Tried again: it is still to be answered.
            lock (_gate)
                if (asked?.Answered.Task.IsCompleted == false) _asked ??= asked;
            throw;
        }
    }

    private void SwitchStreams(RoomQuery? asked)
    {
        var meeting = _meetingId;
        if (_meeting is null) Enter(meeting, slot => _meeting = slot);
        if (_placement is not { } placement) return;
        var room = RoomOf(placement);
        if (_room is { } oldRoom && oldRoom.Hub.Stream != room) Detach(oldRoom.Hub, () => _room = null);
        var ended = EndFollowing(asked);
        var wanted = ThreadsOf(meeting, placement);
        LeaveThreads(wanted, placement.Audience, ended, asked);
        lock (_gate)
            if (asked is not null && Answer(asked)) wanted.Add(asked.Thread);
        if (room is not null && _room is null) Enter(room, slot => _room = slot);
        EnterThreads(wanted);
    }

    private StreamId? RoomOf(Placement placement) => Ids.IsRoom(placement.Place) ? _meetingId.Room(placement.Place) : null;

    // In the waiting room nobody reads anything but its own thread. Else people read the meeting's in every room: who is in a room is no less in the meeting.
    private HashSet<StreamId> ThreadsOf(StreamId meeting, Placement placement)
    {
        if (placement.Place == Ids.Waiting) return [meeting.Thread(Ids.Waiting)];
        HashSet<StreamId> threads = [meeting.Thread(Ids.Main), meeting.Thread(placement.Place), .. placement.Directs.Select(meeting.Thread)];
        if (placement.ReadsWaiting) threads.Add(meeting.Thread(Ids.Waiting));
        lock (_gate) threads.UnionWith(_followed ?? []);
        return threads;
    }

    private void LeaveThreads(HashSet<StreamId> wanted, Audience inMeeting, Dictionary<StreamId, Refusal> ended, RoomQuery? asked)
    {
        var unfollowed = asked is { Follows: false } ? asked.Thread : null;
        Slot[] left;
        lock (_gate) left = [.. _threads.Where(slot => !Stays(slot))];
        foreach (var slot in left) Detach(slot.Hub, () => _threads = _threads.Remove(slot), ended.Remove(slot.Hub.Stream, out var reason) ? reason : null, asked);
        // Of what was never read it is told too, and what is read in the room itself goes on.
        lock (_gate)
            foreach (var (stream, reason) in ended)
                if (!wanted.Contains(stream)) TellLeft(stream, reason);

        // Whoever moderated and waits now reads the same thread as one who waits, and what is unfollowed in the room itself begins anew: left first, entered anew.
        bool Stays(Slot slot) => slot.Hub.Stream is var stream && wanted.Contains(stream) && slot.Audience == stream.Audience(inMeeting) && stream != unfollowed;
    }

    private void EnterThreads(HashSet<StreamId> wanted)
    {
        lock (_gate) wanted.ExceptWith(_threads.Select(slot => slot.Hub.Stream));
        foreach (var thread in wanted) Enter(thread, slot => _threads = _threads.Add(slot));
    }

    private void Enter(StreamId stream, Action<Slot> keep)
    {
        var (hub, entered) = Services.Hubs.Enter(stream, this);
        lock (_gate)
        {
            if (!_ended)
            {
                var slot = new Slot(hub, entered, stream.Audience(_placement?.Audience ?? Audience.Waiting));
                keep(slot);
                Bring(slot);
                return;
            }
        }
        hub.Leave(this);
    }

    private void Detach(Hub hub, Action forget, Refusal? reason = null, RoomQuery? asked = null)
    {
        // Should it come back, it is not shown anything older than it was.
        var told = hub.Leave(this);
        Acknowledge(hub.Stream, told);
        lock (_gate)
        {
            forget();
            // Else the answer says it.
            if (asked is not { Follows: false } || asked.Thread != hub.Stream) TellLeft(hub.Stream, reason);
        }
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
            var stream = slot.Hub.Stream;
            long? resume;
            lock (_gate)
            {
                if (!slot.Again || SlotOf(slot.Hub) != slot)
                {
                    slot.IsAttaching = false;
                    return;
                }
                slot.Again = false;
                resume = TakeResume(stream);
            }
            try
            {
                await slot.Hub.Attach(this, slot.Entered, stream.Audience(_placement?.Audience ?? Audience.Waiting), resume, CancellationToken.None);
                failures = 0;
            }
            catch (Exception e)
            {
                if (!ClusterCalls.IsTransient(e) && e is not ClusterUnavailableException) SettlingFailed(Services.Log, e, Name);
                // The socket stays open: what could not be read yet is tried until it can.
                lock (_gate)
                {
                    slot.Again = true;
                    if (resume is { } number && SlotOf(slot.Hub) == slot) _resume = (_resume ?? []).SetItem(stream.Name, number);
                }
                await Task.Delay(Services.Backoff.Pause(failures++), Services.Time, CancellationToken.None);
            }
        }
    }

    // A resume number is good for one attachment: from then on the stream itself knows where the socket is. Caller holds the lock.
    private long? TakeResume(StreamId stream)
    {
        if (_resume is null || !_resume.TryGetValue(stream.Name, out var number)) return null;
        _resume = _resume.Remove(stream.Name);
        return number;
    }

    // Caller holds the lock.
    private Slot? SlotOf(Hub hub) => hub == _meeting?.Hub ? _meeting
        : hub == _room?.Hub ? _room
        : _threads.FirstOrDefault(slot => slot.Hub == hub);

    [LoggerMessage(2, LogLevel.Error, "{Who} could not be brought to its streams in a way that should not be; tried again.")]
    private static partial void SettlingFailed(ILogger log, Exception e, string who);
}
