using Actors.Contracts;

namespace Actors.Grains;

/// <summary>
/// Of a room's thread: who writes to it or reads it and is not in the room. They are few, and rooms are many; so nobody tells a thread of them, it asks
/// the meeting, each time anew, after the command or read has come: what is true then decides.
/// </summary>
internal sealed class Outsiders(GrainKey key, IGrainFactory grains)
{
    // Between the question and the decision, which comes in a later turn. Of two answers the newer stays.
    private readonly BoundedCache<string, MeetingStanding> _answers = new(Limits.PendingCommands);

    /// <summary>Null where the meeting need not be asked.</summary>
    public async ValueTask<MeetingStanding?> Ask(ThreadState state, Caller? caller, long meetingSeen)
    {
        if (!Concerns(state, caller)) return null;
        var meeting = grains.GetGrain<IMeetingGrain>(key.MeetingKey);
        var standing = await meeting.Standing(caller!.Id, Math.Max(meetingSeen, state.Cursor), CancellationToken.None);
        if (!_answers.TryGet(caller.Id, out var known) || known.Number < standing.Number) _answers.Set(caller.Id, standing);
        return standing;
    }

    /// <summary>What was asked still holds for this state: whoever has left the room since then is asked about again.</summary>
    public bool IsKnown(ThreadState state, Caller caller) =>
        !Concerns(state, caller) || (_answers.TryGet(caller.Id, out var standing) && standing.Number >= state.Cursor);

    /// <summary>The state as the sender of a command sees it.</summary>
    public ThreadState Seen(ThreadState state, Caller caller) =>
        Concerns(state, caller) && _answers.TryGet(caller.Id, out var standing) ? state.For(caller.Id, standing.Member) : state;

    private static bool Concerns(ThreadState state, Caller? caller) => caller is { Kind: CallerKind.Participant } && state.IsOutside(caller.Id);
}
