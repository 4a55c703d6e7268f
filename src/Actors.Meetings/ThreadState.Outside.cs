using Actors.Contracts;

namespace Actors.Meetings;

// Somebody who asks something of a room's thread and is not in the room. Moderators read and write in every open room; who was in it reads on, up to the moment they left.
// What the meeting says of them is asked each time anew and is no part of the state: of it there is a copy for one command or read.
public sealed partial record ThreadState
{
    /// <param name="As">With the role and the locks that the meeting says they have now.</param>
    /// <param name="Through">The last number that they read.</param>
    private sealed record Outsider(string Participant, ThreadMember As, long Through, bool Writes);

    private Outsider? Asker { get; init; }

    /// <summary>Of a room's thread: whether it depends on the meeting what it shows this participant. Not where they are in the room, nor where they are refused whoever they are.</summary>
    public bool IsOutside(string participant) => Version > 0 && ActiveMember(participant) is null && (!Closed || Known.ContainsKey(participant));

    /// <summary>As somebody sees it of whom the meeting says this; null: that they are not in it.</summary>
    public ThreadState For(string participant, Member? present)
    {
        if (present is null || !IsOutside(participant)) return this;
        var (before, writes) = (Known.GetValueOrDefault(participant), !Closed && Authorisation.IsModerator(present.Role));
        if (before is null && !writes) return this;
        var one = (before ?? new ThreadMember(present.Role, LastMessage)) with { Role = present.Role, Locked = Locks.Of(present.Locked) };
        return this with { Asker = new Outsider(participant, one, writes ? long.MaxValue : one.LeftAt - 1, writes) };
    }

    /// <summary>Members, and who asks from outside and may.</summary>
    internal ThreadMember? Attending(string? participant) => ActiveMember(participant) ?? (IsAsked(participant) ? Asker!.As : null);

    internal bool OnlyReads(string? participant) => IsAsked(participant) && !Asker!.Writes;

    /// <summary>The last number that somebody reads.</summary>
    internal long ReadsThrough(string? participant) => IsAsked(participant) ? Asker!.Through : long.MaxValue;

    /// <summary>The newest message that somebody reads; 0 where there is none.</summary>
    internal long LastReadable(string? participant) =>
        ReadsThrough(participant) is var through && through < LastMessage ? Messages.Before(through + 1).FirstOrDefault() : LastMessage;

    private bool IsAsked(string? participant) => Asker is not null && Asker.Participant == participant;
}
