using Actors.Contracts;

namespace Actors.Gateway;

// Which events end a connection (promise P5: only those that are about this connection, and only those after it was let in).
internal sealed partial class Hub
{
    // Sockets that an event may end. Caller holds the lock.
    private IEnumerable<ISubscriber> Concerned(Event @event) => @event switch
    {
        MeetingEnded => _users.Keys,
        ParticipantLeft left => Sockets(left.Participant),
        SessionReplaced replaced => Sockets(replaced.Participant),
        ParticipantReconnected back => Sockets(back.Participant),
        ParticipantsDisconnected lost => lost.Connections.SelectMany(connection => Sockets(connection.Participant)).Distinct(),
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
            case MeetingEnded:
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
}
