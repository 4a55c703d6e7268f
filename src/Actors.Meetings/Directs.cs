using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Private chat of two people. Which direct threads there are is in the meeting's log; who of the two is in is told to a thread when it asks,
/// and it asks before it decides or shows anything: a meeting of a thousand can have ten thousand, and need not keep them informed.
/// </summary>
internal sealed record Directs
{
    public static readonly Directs None = new();

    /// <summary>As <see cref="Ids.Direct"/> names them.</summary>
    public ImmutableSortedSet<string> Places { get; private init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    // How many each has.
    private ImmutableDictionary<string, int> Counts { get; init; } = ImmutableDictionary<string, int>.Empty;

    public int Of(string participant) => Counts.GetValueOrDefault(participant);

    public Directs Open(string one, string other) => new()
    {
        Places = Places.Add(Ids.Direct(one, other)),
        Counts = Counts.SetItem(one, Of(one) + 1).SetItem(other, Of(other) + 1),
    };

    public void Write(Utf8JsonWriter json) => Snapshot.WriteList(json, "directs", [.. Places]);

    public static Directs Read(JsonElement json)
    {
        ImmutableArray<string> places = Snapshot.ReadList(json, "directs");
        return new Directs
        {
            Places = places.ToImmutableSortedSet(StringComparer.Ordinal),
            Counts = places.SelectMany(place => Ids.PeopleOf(place)).GroupBy(id => id).ToImmutableDictionary(one => one.Key, one => one.Count()),
        };
    }

    public static Outcome Decide(MeetingState state, Participant sender, OpenDirect wanted)
    {
        if (Arguments.Id(wanted.Participant, "participant") is { } invalid) return invalid;
        if (wanted.Participant == sender.Id) return Arguments.Invalid("participant", "oneself");
        if (state.Directs.Places.Contains(Ids.Direct(sender.Id, wanted.Participant))) return Outcome.Nothing;
        if (!state.Participants.TryGetValue(wanted.Participant, out var other) || other.IsWaiting) return Outcome.Refuse(Refusal.UnknownParticipant, wanted.Participant);
        var policy = state.Settings.Policy;
        if (!sender.IsModerator && !policy.MayChat) return Outcome.Refuse(Refusal.NotAllowed, "chat is switched off");
        if (!sender.IsModerator && sender.Locked.Has(Ability.Chat)) return Outcome.Refuse(Refusal.NotAllowed, "chat is locked");
        if (!Allows(policy, sender.Role, other.Role)) return Outcome.Refuse(Refusal.NotAllowed, "private chat is switched off");
        if (state.Directs.Places.Count >= Limits.DirectsPerMeeting) return Outcome.Refuse(Refusal.LimitReached, "direct threads of the meeting");
        return state.Directs.Of(sender.Id) >= Limits.DirectsPerParticipant || state.Directs.Of(other.Id) >= Limits.DirectsPerParticipant
            ? Outcome.Refuse(Refusal.LimitReached, "direct threads of one participant")
            : Outcome.Of(new DirectOpened(sender.Id, other.Id));
    }

    public static bool Allows(SpacePolicy policy, Role one, Role other) => policy.PrivateChat switch
    {
        PrivateChat.Nobody => false,
        PrivateChat.Moderators => Authorisation.IsModerator(one) || Authorisation.IsModerator(other),
        _ => true,
    };

    /// <summary>What a direct thread is told when it asks: always everything, which is little. Null where it was never opened.</summary>
    public static RosterUpdate? Update(MeetingState state, string place, long after)
    {
        if (!state.Directs.Places.Contains(place)) return null;
        var two = Ids.PeopleOf(place);
        ImmutableArray<Member> present = [.. two
            .Select(id => state.Participants.GetValueOrDefault(id)).OfType<Participant>().Where(one => !one.IsWaiting)
            .Select(one => new Member(one.Id, one.Name, one.Role, one.Locked.List))];
        return new RosterUpdate(
            after, state.Version, Full: true, present, [], state.Settings.Policy, state.Status == MeetingStatus.Ended, state.Title, state.Settings.Inbox, two);
    }
}
