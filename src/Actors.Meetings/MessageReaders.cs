using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Who has received and read one message, derived from the members' pointers: nothing is stored per message.</summary>
public static class MessageReaders
{
    /// <summary>Null where the request can be answered: then the message's author has to be loaded.</summary>
    public static Outcome? Check(ThreadState state, MessageReceiptsRequest request)
    {
        if (request.Limit is < 1 or > Limits.ReceiptsPage) return Invalid($"limit is not 1 to {Limits.ReceiptsPage}");
        if (request.Message < 1) return Invalid("message is no number of a message");
        if (request.After is { } after && !Ids.IsValid(after)) return Invalid("after is no id");
        if (ChatThread.Membership(state, request.Caller) is { } refused) return refused;
        // As with the pointers in events: view-only attendees do not watch others read.
        if (request.Caller!.Kind == CallerKind.Participant && state.Attending(request.Caller.Id)!.Role == Role.Attendee)
            return Outcome.Refuse(Refusal.NotAllowed, "attendees do not see receipts");
        // They would tell who else waits.
        return request.Caller.Kind == CallerKind.Participant && state.Waits(request.Caller.Id)
            ? Outcome.Refuse(Refusal.NotAllowed, "who waits does not see receipts")
            : ChatThread.Existing(state, request.Caller, request.Message);
    }

    /// <param name="author">As <see cref="Recorded.By"/>.</param>
    public static MessageReceipts Page(ThreadState state, MessageReceiptsRequest request, string author)
    {
        var message = request.Message;
        var (awaited, delivered, read) = (0, 0, 0);
        var received = new List<MessageReceipt>();
        foreach (var (participant, member) in state.Known)
        {
            if (participant == author || !(state.IsDirect || member.Awaits(message))) continue;
            awaited++;
            if (member.Delivered < message) continue;
            delivered++;
            if (member.Read >= message) read++;
            if (request.After is null || string.CompareOrdinal(participant, request.After) > 0)
                received.Add(new MessageReceipt(participant, member.Read >= message));
        }
        received.Sort(static (one, other) => string.CompareOrdinal(one.Participant, other.Participant));
        var next = received.Count > request.Limit ? received[request.Limit - 1].Participant : null;
        return new MessageReceipts(state.Version, message, awaited, delivered, read, [.. received.Take(request.Limit)], next);
    }

    public static MessageReceipts Refused(ThreadState state, MessageReceiptsRequest request, Refusal reason) =>
        new(state.Version, request.Message, 0, 0, 0, [], Refusal: reason);

    private static Outcome Invalid(string detail) => Outcome.Refuse(Refusal.InvalidArgument, detail);
}
