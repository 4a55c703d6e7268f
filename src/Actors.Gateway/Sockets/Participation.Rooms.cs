using Actors.Contracts;

namespace Actors.Gateway;

// Threads of breakout rooms that a moderator follows from outside the room. That they may is what the meeting's hub says of them, as with every stream of a
// participant: with the role, or the room, it ends. What they ask is done in the order in which they ask it.
internal sealed partial class Participation
{
    /// <summary>What the client asks of a room's thread. Turns are taken: there is one at a time, and whoever switches streams answers it.</summary>
    private sealed record RoomQuery(long Id, StreamId Thread, bool Follows, long? After)
    {
        public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>By the task that switches streams, to be answered.</summary>
        public bool IsTaken { get; set; }
    }

    // Under the lock. Those that are open bound it. Null in the sockets of ten thousand who never follow one.
    private HashSet<StreamId>? _followed;
    private RoomQuery? _asked;
    private Task _turn = Task.CompletedTask;

    protected override long MeetingSeenBy(StreamId stream) => stream.Kind == StreamKind.Thread && StreamId.IsRoom(stream.Place) && stream.Place != _placement?.Place
        // A room's thread does not hear of who is outside by itself: what they know of the rooms, it has to know.
        ? Math.Max(MeetingSeen, Acknowledged(_meetingId))
        : MeetingSeen;

    private StreamId? RoomThreadOf(in Envelope envelope) => envelope.Thread is { } room && StreamId.IsRoom(room) ? _meetingId.Thread(room) : null;

    private void Follow(FollowRoomQuery query, StreamId? thread)
    {
        if (thread is not null && query.After is not < 0) TakeTurn(new RoomQuery(query.Id, thread, Follows: true, query.After));
        else TakeTurn(query.Id, new Refused(Refusal.InvalidArgument, thread is null ? "thread" : "after"));
    }

    private void Unfollow(UnfollowRoomQuery query, StreamId? thread)
    {
        if (thread is not null) TakeTurn(new RoomQuery(query.Id, thread, Follows: false, After: null));
        else TakeTurn(query.Id, new Refused(Refusal.InvalidArgument, "thread"));
    }

    private void TakeTurn(RoomQuery query)
    {
        var asked = Services.Time.GetTimestamp();
        _turn = InTurn(_turn, query.Id, () => Ask(query, asked));
    }

    private void TakeTurn(long id, Refused refused) => _turn = InTurn(_turn, id, () =>
    {
        Refuse(id, refused);
        return Task.CompletedTask;
    });

    // After TryBegin.
    private async Task InTurn(Task before, long id, Func<Task> act)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await act();
        }
        catch (Exception e)
        {
            // A defect of ours must not cost the sender an answer, nor those who wait their turn.
            CommandFailed(Services.Log, e, Name);
            Refuse(id, new Refused(Refusal.Unavailable));
        }
        finally
        {
            Finish();
        }
    }

    /// <param name="asked">When: the turns before it are within its time.</param>
    private async Task Ask(RoomQuery query, long asked)
    {
        var left = Limits.CommandDeadline - Services.Time.GetElapsedTime(asked);
        using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, Services.Time);
        try
        {
            // As of what this client was told, such as that it has opened the rooms.
            if (query.Follows && _meeting is { Hub: var meeting }) await meeting.Tell(this, Acknowledged(_meetingId), late.Token);
            lock (_gate)
            {
                if (_placement is null)
                {
                    AnswerBeforeWelcome(query);
                    return;
                }
                _asked = query;
                Want(Wish.Streams);
            }
            await query.Answered.Task.WaitAsync(late.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            lock (_gate)
            {
                // Taken, it is being answered.
                if (_asked != query && query.IsTaken) return;
                _asked = null;
                Refuse(query.Id, new Refused(Refusal.Unavailable));
            }
        }
    }

    // Nothing is read yet, and the socket may end before anything is. Caller holds the lock.
    private void AnswerBeforeWelcome(RoomQuery query)
    {
        if (query.Follows)
        {
            Refuse(query.Id, new Refused(Refusal.NotJoined));
            return;
        }
        _resume = _resume?.Remove(query.Thread.Name);
        Socket.Send(ServerMessages.Detached(query.Thread.Name, query.Id));
    }

    // Caller holds the lock. True where the thread is followed from here.
    private bool Answer(RoomQuery query)
    {
        query.Answered.SetResult();
        if (!query.Follows)
        {
            _resume = _resume?.Remove(query.Thread.Name);
            Socket.Send(ServerMessages.Detached(query.Thread.Name, query.Id));
            return false;
        }
        if (WhyNot(query.Thread, _placement!) is { } reason)
        {
            Refuse(query.Id, new Refused(reason));
            return false;
        }
        if (_threads.All(slot => slot.Hub.Stream != query.Thread))
            _resume = query.After is { } after ? (_resume ?? []).SetItem(query.Thread.Name, after) : _resume?.Remove(query.Thread.Name);
        Socket.Send(ServerMessages.Followed(query.Id, query.Thread.Name));
        (_followed ??= []).Add(query.Thread);
        return true;
    }

    // What a client who comes back may read on: of the rest it is told that it has left, as those were who stayed. Caller holds the lock.
    private void Resume(Placement placement, bool sameClass)
    {
        if (_resume is not { } resumed) return;
        var read = ThreadsOf(_meetingId, placement).Select(thread => thread.Name).Append(_meetingId.Name).ToHashSet(StringComparer.Ordinal);
        if (RoomOf(placement) is { } room) read.Add(room.Name);
        var told = 0;
        foreach (var name in resumed.Keys)
        {
            var stream = _meetingId.Find(name);
            if (read.Contains(name))
            {
                // What another class was shown of it says nothing of what this one has missed.
                if (!sameClass && stream?.HasClasses == true) _resume = _resume.Remove(name);
                continue;
            }
            // Nothing that people leave, or more than there ever were.
            if (stream is null || ++told > Limits.RoomsPerRound)
            {
                _resume = _resume.Remove(name);
                continue;
            }
            var isRooms = stream.Kind == StreamKind.Thread && StreamId.IsRoom(stream.Place);
            if (isRooms && WhyNot(stream, placement) is null) (_followed ??= []).Add(stream);
            else TellLeft(stream, isRooms ? WhyNot(stream, placement) : null);
        }
    }

    // What may not be followed any more, and why: as of now, since what has just been allowed must not end by what was before.
    private Dictionary<StreamId, Refusal> EndFollowing(RoomQuery? asked)
    {
        lock (_gate)
        {
            var ended = new Dictionary<StreamId, Refusal>();
            if (asked is { Follows: false }) _followed?.Remove(asked.Thread);
            foreach (var thread in _followed?.ToArray() ?? [])
                if (WhyNot(thread, _placement!) is { } reason && _followed!.Remove(thread)) ended.Add(thread, reason);
            return ended;
        }
    }

    private static Refusal? WhyNot(StreamId thread, Placement placement) => placement.Audience != Audience.Moderators ? Refusal.NotJoined
        : placement.Rooms.Contains(thread.Place) ? null
        : Refusal.RoomClosed;

    // What the client is told to have left begins with a snapshot, should it come back. Caller holds the lock.
    private void TellLeft(StreamId stream, Refusal? reason = null)
    {
        _resume = _resume?.Remove(stream.Name);
        Socket.Send(ServerMessages.Detached(stream.Name, reason: reason));
    }
}
