using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

// What only a channel has. Its posting right is its policy, its moderators have a co-host's role.
public sealed partial record ThreadState
{
    /// <summary>A thread outside meetings.</summary>
    public bool IsChannel { get; private init; }

    /// <summary>Members added or removed whose inboxes have still to be told, with the event that did it.</summary>
    public ImmutableSortedDictionary<string, long> Untold { get; private init; } = NobodyUntold;

    private static readonly ImmutableSortedDictionary<string, long> NobodyUntold = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    private ThreadState Created(Recorded recorded, ChannelCreated created) => Version > 0
        ? throw Broken(recorded, "creates what exists")
        : this with { IsChannel = true, Name = created.Name, Policy = Channels.PolicyOf(created.Posting) };

    private ThreadState Changed(ChannelChanged changed) => this with
    {
        Name = changed.Name ?? Name,
        Policy = changed.Posting is { } posting ? Channels.PolicyOf(posting) : Policy,
        Closed = changed.Closed ?? Closed,
    };

    private ThreadState Added(Recorded recorded, MembersAdded added)
    {
        if (!IsChannel) throw Broken(recorded, "is a channel's");
        var (known, untold, members) = (Known.ToBuilder(), Untold.ToBuilder(), Members);
        foreach (var member in added.Members)
        {
            var (before, role) = (known.GetValueOrDefault(member.Participant), Channels.RoleOf(member));
            known[member.Participant] = (before ?? new ThreadMember(role, LastMessage)) with { Role = role, LeftAt = 0 };
            if (before is { IsActive: true }) continue;
            members++;
            untold[member.Participant] = recorded.Number;
        }
        return this with { Known = known.ToImmutable(), Untold = untold.ToImmutable(), Members = members };
    }

    private ThreadState Removed(Recorded recorded, MembersRemoved removed)
    {
        if (!IsChannel) throw Broken(recorded, "is a channel's");
        var (known, untold, members) = (Known.ToBuilder(), Untold.ToBuilder(), Members);
        foreach (var participant in removed.Participants)
        {
            if (!known.TryGetValue(participant, out var member) || !member.IsActive) continue;
            members--;
            known[participant] = member with { LeftAt = recorded.Number };
            untold[participant] = recorded.Number;
        }
        if (known.Count - members > Limits.DepartedMembers) ForgetDeparted(known);
        return this with { Known = known.ToImmutable(), Untold = untold.ToImmutable(), Members = members };
    }

    private ThreadState Told(long through) =>
        this with { Untold = Untold.RemoveRange(Untold.Where(entry => entry.Value <= through).Select(entry => entry.Key)) };
}
