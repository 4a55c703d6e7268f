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

        /// <summary>Into the meeting's class (again).</summary>
        Meeting = 1,

        /// <summary>To the room and thread of the present place.</summary>
        Streams = 2,
        Room = 4,
        Thread = 8,
        Join = 16,
    }

    private Hub? _meeting;
    private Hub? _room;
    private Hub? _thread;
    private Placement? _placement;
    private Wish _wish;
    private bool _settling;

    /// <summary>Number of the last event of the meeting that concerned this participant: what rooms and threads must have heard of.</summary>
    private long MeetingSeen => Math.Max(_placement?.Number ?? 0, Epoch);

    public void Placed(Placement placement)
    {
        lock (_gate)
        {
            var before = _placement;
            _placement = placement;
            if (before is null)
            {
                socket.Send(ServerMessages.Welcome(this, placement.Place, services.Limits.HeartbeatSeconds));
                socket.Greet();
                IsJoining = false;
                Want(Wish.Streams);
                return;
            }
            if (before.Place != placement.Place)
            {
                socket.Send(ServerMessages.Moved(placement.Place, placement.Number));
                Want(Wish.Streams);
            }
            if (_room is not null && _room.Stream.Audience(before.Audience) != _room.Stream.Audience(placement.Audience)) Want(Wish.Room);
        }
    }

    public void Reattach(Hub hub)
    {
        lock (_gate) Want(hub == _meeting ? Wish.Meeting : hub == _room ? Wish.Room : hub == _thread ? Wish.Thread : Wish.None);
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
                if (wish.HasFlag(Wish.Meeting)) await EnterMeeting();
                if (wish.HasFlag(Wish.Streams)) SwitchStreams();
                if (wish.HasFlag(Wish.Room)) await Attach(_room);
                if (wish.HasFlag(Wish.Thread)) await Attach(_thread);
                failures = 0;
            }
            catch (Exception e)
            {
                if (!ClusterCalls.IsTransient(e) && e is not ClusterUnavailableException) SettlingFailed(services.Log, e, Name);
                // The socket stays open: what could not be read yet is tried until it can.
                lock (_gate) _wish |= wish;
                await Task.Delay(services.Backoff.Pause(failures++), services.Time, CancellationToken.None);
            }
        }
    }

    private async Task EnterMeeting()
    {
        if (_meeting is null) Enter(services.Hubs.Enter(_meetingId!, this), Wish.Meeting, hub => _meeting = hub);
        else await Attach(_meeting);
    }

    private void SwitchStreams()
    {
        if (_placement is not { } placement || _meetingId is not { } meeting) return;
        var room = Ids.IsRoom(placement.Place) ? meeting.Room(placement.Place) : null;
        var thread = placement.Place == Ids.Waiting ? null : meeting.Thread(placement.Place);
        if (_room is { } oldRoom && oldRoom.Stream != room) Detach(oldRoom, () => _room = null);
        if (_thread is { } oldThread && oldThread.Stream != thread) Detach(oldThread, () => _thread = null);
        if (room is not null && _room is null) Enter(services.Hubs.Enter(room, this), Wish.Room, hub => _room = hub);
        if (thread is not null && _thread is null) Enter(services.Hubs.Enter(thread, this), Wish.Thread, hub => _thread = hub);
    }

    private void Enter(Hub hub, Wish next, Action<Hub> keep)
    {
        lock (_gate)
        {
            if (!_ended)
            {
                keep(hub);
                Want(next);
                return;
            }
        }
        hub.Leave(this);
    }

    private void Detach(Hub hub, Action forget)
    {
        hub.Leave(this);
        lock (_gate) forget();
        socket.Send(ServerMessages.Detached(hub.Stream.Name));
    }

    private async Task Attach(Hub? hub)
    {
        if (hub is null) return;
        // A resume number is good once: from then on the stream itself knows where the socket is.
        var resume = _resume is not null && _resume.TryGetValue(hub.Stream.Name, out var number) ? number : (long?)null;
        _resume = _resume?.Remove(hub.Stream.Name);
        await hub.Attach(this, hub.Stream.Audience(_placement?.Audience ?? Audience.Waiting), resume, CancellationToken.None);
    }

    [LoggerMessage(2, LogLevel.Error, "{Who} could not be brought to its streams in a way that should not be; tried again.")]
    private static partial void SettlingFailed(ILogger log, Exception e, string who);
}
