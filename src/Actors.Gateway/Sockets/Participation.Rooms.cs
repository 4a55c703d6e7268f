using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

// Threads of breakout rooms that a moderator follows from outside the room. That they may is what the meeting's hub says of them, as with every stream of a
// participant: with the role, or the room, it ends. What they ask is done in the order in which they ask it.
internal sealed partial class Participation
{
    /// <summary>That a thread is followed no longer.</summary>
    /// <param name="Asked">Messages that asked for it, each of which is answered.</param>
    /// <param name="Reason">Else why.</param>
    private sealed record FollowingEnd(ImmutableList<(long Id, TaskCompletionSource Answered)> Asked, Refusal? Reason = null)
    {
        public bool IsAsked => !Asked.IsEmpty;
    }

    // Under the lock. Those that are open bound it. Null in the sockets of ten thousand who never follow one.
    private HashSet<StreamId>? _followed;
    private Dictionary<StreamId, FollowingEnd>? _unfollowed;
    private Task _turn = Task.CompletedTask;

    protected override long MeetingSeenBy(StreamId stream) => stream.Kind == StreamKind.Thread && StreamId.IsRoom(stream.Place) && stream.Place != _placement?.Place
        // A room's thread does not hear of who is outside by itself: what they know of the rooms, it has to know.
        ? Math.Max(MeetingSeen, Acknowledged(_meetingId))
        : MeetingSeen;

    private StreamId? RoomThreadOf(in Envelope envelope) => envelope.Thread is { } room && StreamId.IsRoom(room) ? _meetingId.Thread(room) : null;

    private void Follow(FollowRoomQuery query, StreamId? thread) => _turn = InTurn(_turn, query.Id, async () =>
    {
        var refused = thread is null ? new Refused(Refusal.InvalidArgument, "thread")
            : query.After < 0 ? new Refused(Refusal.InvalidArgument, "after")
            : await BeginFollowing(query, thread);
        if (refused is not null) Refuse(query.Id, refused);
    });

    private async Task<Refused?> BeginFollowing(FollowRoomQuery query, StreamId thread)
    {
        if (_meeting is not { Hub: var meeting }) return new Refused(Refusal.NotJoined);
        using var late = new CancellationTokenSource(Limits.CommandDeadline, Services.Time);
        try
        {
            // As of what this client was told, such as that it has opened the rooms.
            await meeting.Tell(this, Acknowledged(_meetingId), late.Token);
        }
        catch (OperationCanceledException)
        {
            return new Refused(Refusal.Unavailable);
        }
        lock (_gate)
        {
            if (_placement is null) return new Refused(Refusal.NotJoined);
            if (WhyNot(thread, _placement) is { } reason) return new Refused(reason);
            if (_threads.All(slot => slot.Hub.Stream != thread)) _resume = query.After is { } after ? (_resume ?? []).SetItem(thread.Name, after) : _resume?.Remove(thread.Name);
            Socket.Send(ServerMessages.Followed(query.Id, thread.Name));
            (_followed ??= []).Add(thread);
            Want(Wish.Streams);
            return null;
        }
    }

    private void Unfollow(UnfollowRoomQuery query, StreamId? thread) => _turn = InTurn(_turn, query.Id, async () =>
    {
        if (thread is null)
        {
            Refuse(query.Id, new Refused(Refusal.InvalidArgument, "thread"));
            return;
        }
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _followed?.Remove(thread);
            _unfollowed ??= [];
            _unfollowed[thread] = new FollowingEnd((_unfollowed.GetValueOrDefault(thread)?.Asked ?? []).Add((query.Id, answered)));
            Want(Wish.Streams);
        }
        await answered.Task;
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

    // What a client who comes back followed. Caller holds the lock.
    private void FollowOn(Placement placement)
    {
        if (placement.Audience != Audience.Moderators || _resume is null) return;
        foreach (var room in _resume.Keys.Select(StreamId.RoomOfThread).OfType<string>().Where(room => room != placement.Place).Take(Limits.RoomsPerRound))
        {
            var thread = _meetingId.Thread(room);
            if (WhyNot(thread, placement) is not { } reason)
            {
                (_followed ??= []).Add(thread);
                continue;
            }
            _resume = _resume.Remove(thread.Name);
            Socket.Send(ServerMessages.Detached(thread.Name, reason: reason));
        }
    }

    // Everything that is followed no longer, by wish or since it may not be: as of now, since what has just been allowed must not end by what was before.
    private Dictionary<StreamId, FollowingEnd> EndFollowing()
    {
        lock (_gate)
        {
            var ended = _unfollowed ?? [];
            _unfollowed = null;
            foreach (var thread in _followed?.ToArray() ?? [])
                if (WhyNot(thread, _placement!) is { } reason && _followed!.Remove(thread)) ended.TryAdd(thread, new FollowingEnd([], reason));
            return ended;
        }
    }

    private static Refusal? WhyNot(StreamId thread, Placement placement) => placement.Audience != Audience.Moderators ? Refusal.NotJoined
        : placement.Rooms.Contains(thread.Place) ? null
        : Refusal.RoomClosed;

    private void Tell(StreamId stream, FollowingEnd? end)
    {
        // What the client is told to have left begins with a snapshot, should it come back.
        lock (_gate) _resume = _resume?.Remove(stream.Name);
        if (end?.IsAsked != true) Socket.Send(ServerMessages.Detached(stream.Name, reason: end?.Reason));
        foreach (var (id, answered) in end?.Asked ?? [])
        {
            Socket.Send(ServerMessages.Detached(stream.Name, id));
            answered.SetResult();
        }
    }
}
