using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Asking for a moderator from a breakout room. A request belongs to the stay in that room: leaving it in any way, also because it closes, ends the request
/// without an event of its own.
/// </summary>
internal static class Help
{
    public static Outcome Request(Sender sender)
    {
        var person = sender.Person!;
        if (!Ids.IsRoom(person.Place)) return Outcome.Refuse(Refusal.NotJoined, "in no breakout room");
        return person.Help is null ? Outcome.Of(new HelpRequested(person.Id, person.Place)) : Outcome.Nothing;
    }

    public static Outcome Withdraw(Sender sender) => End(sender.Person!);

    public static Outcome Answer(MeetingState state, AnswerHelp wanted)
    {
        if (Arguments.Id(wanted.Participant, "participant") is { } refusal) return refusal;
        return state.Participants.TryGetValue(wanted.Participant, out var person) ? End(person) : Outcome.Refuse(Refusal.UnknownParticipant, wanted.Participant);
    }

    private static Outcome End(Participant person) => person.Help is null ? Outcome.Nothing : Outcome.Of(new HelpEnded(person.Id));
}
