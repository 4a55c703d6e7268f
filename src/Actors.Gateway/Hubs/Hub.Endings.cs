using Actors.Contracts;

namespace Actors.Gateway;

// Which events end a connection, or in a channel a membership (promise P5: only those that are about it, and only those after it was let in).
internal sealed partial class Hub
{
    // Sockets that an event may end. Caller holds the lock.
    private IEnumerable<ISubscriber> Concerned(Event @event) => @event switch
    {
        MeetingEnded or MeetingCancelled => _users.Keys,
        ParticipantLeft left => Sockets(left.Participant),
        SessionReplaced replaced => Sockets(replaced.Participant),
        ParticipantReconnected back => Sockets(back.Participant),
        ParticipantsDisconnected lost => lost.Connections.SelectMany(connection => Sockets(connection.Participant)).Distinct(),
        MembersRemoved removed => removed.Participants.SelectMany(Sockets),
        _ => [],
    };

    private IEnumerable<ISubscriber> Sockets(string participant) => _byParticipant.TryGetValue(participant, out var sockets) ? sockets : [];

    // True where the event ends this connection; a null code where the meeting gave up a connection that is alive.
    private static bool Ends(ISubscriber subscriber, Recorded recorded, out CloseCode? code)
    {
        code = null;
        if (subscriber.Epoch == 0 || recorded.Number <= subscriber.Epoch) return false;
        switch (recorded.Event)
        {
            case MeetingEnded or MeetingCancelled:
                code = CloseCode.MeetingEnded;
                return true;
            case ParticipantLeft left when left.Participant == subscriber.Participant:
                code = CloseCodes.Of(left.Reason);
                return true;
            case SessionReplaced replaced when replaced.Participant == subscriber.Participant && replaced.Connection != subscriber.Connection:
                if (replaced.Old != subscriber.Session && replaced.Session != subscriber.Session) return false;
                code = CloseCode.TakenOver;
                return true;
            case ParticipantReconnected back when back.Session == subscriber.Session && back.Connection != subscriber.Connection:
                if (back.Participant != subscriber.Participant) return false;
                code = CloseCode.TakenOver;
                return true;
            case ParticipantsDisconnected lost:
                // A device that signed off while others of the same person stay; else the meeting believes it lost and is told otherwise.
                if (lost.Reason == LeaveReason.Left) code = CloseCode.Left;
                return lost.Connections.Any(connection => connection.Id == subscriber.Connection);
            case MembersRemoved removed:
                code = CloseCode.Removed;
                return removed.Participants.Contains(subscriber.Participant);
            default:
                return false;
        }
    }

    // How the connection ended between its being let in and now; Resync where nobody can tell any more.
    private CloseCode? EndSince(ISubscriber subscriber)
    {
        if (subscriber.Epoch > _ring.Head) return null;
        foreach (var entry in _ring.After(Math.Max(subscriber.Epoch, _ring.Floor)))
            if (Ends(subscriber, entry.Recorded, out var code)) return code ?? CloseCode.Resync;
        return null;
    }

    // Of a channel, in the middle of a page: who is removed is told so and nothing after it, so their last frame ends here and the others' goes on.
    private void Dismiss(ISubscriber subscriber)
    {
        if (_users[subscriber].Group is { } group && group.ToldThrough(subscriber) is var told && _ring.Covers(told))
            SendTo([subscriber], told, [.. _ring.After(told).Where(entry => entry.Shown.Includes(Audience.Members))]);
        Leave(subscriber);
        subscriber.Close(CloseCode.Removed);
    }

    // A channel's reader is a member as of its epoch: what happened since says whether it still is. Where that is no longer at hand its grain is asked again.
    private bool IsMember(ISubscriber subscriber)
    {
        if (subscriber.Epoch < _ring.Floor) subscriber.Reattach(this);
        else if (EndSince(subscriber) is null) return true;
        else Dismiss(subscriber);
        return false;
    }
}
