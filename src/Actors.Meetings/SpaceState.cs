using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Somebody in a space with what their devices send. Everybody enters with everything off.</summary>
public sealed record SpaceMember(string Name, Role Role, bool Microphone = false, bool Camera = false, bool Share = false, Locks Locked = default)
{
    /// <summary>Taken from them; moderators are above locks.</summary>
    public bool Lacks(Ability ability) => Locked.Has(ability) && !Authorisation.IsModerator(Role);
}

/// <summary>What the main room and a breakout room have in common: members, media, the hand queue, policies.</summary>
public sealed record SpaceState
{
    public static readonly SpaceState Empty = new();

    public ImmutableDictionary<string, SpaceMember> Members { get; init; } = ImmutableDictionary<string, SpaceMember>.Empty;

    public SpacePolicy Policy { get; init; } = new();

    /// <summary>Raised hands by the numbers of their events; also of people who are in a breakout room meanwhile.</summary>
    public ImmutableSortedDictionary<long, string> Hands { get; private init; } = ImmutableSortedDictionary<long, string>.Empty;

    // The same, the other way round.
    private ImmutableDictionary<string, long> HandOf { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>
    /// How often somebody was given the floor here. It outlasts their leaving, so that neither rooms nor a new connection change the order.
    /// </summary>
    public ImmutableDictionary<string, int> Turns { get; private init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Who is shown to everybody, in order; all of them are in the space and may send media.</summary>
    public ImmutableArray<string> Spotlight { get; private init; } = [];

    /// <summary>While it runs.</summary>
    public TimerView? Timer { get; private init; }

    public PollsState Polls { get; internal init; } = PollsState.Empty;

    /// <summary>The hand queue as everybody sees it: those present, in the policy's order.</summary>
    public IEnumerable<string> Queue
    {
        get
        {
            var raised = Hands.Values.Where(Members.ContainsKey);
            // A stable order: among equals that of raising.
            return Policy.HandOrder == HandOrder.LeastSpoken ? raised.OrderBy(id => Turns.GetValueOrDefault(id)) : raised;
        }
    }

    public bool HasRaised(string participant) => HandOf.ContainsKey(participant);

    /// <summary>Comes in, or is in and has a new name, role or lock.</summary>
    internal SpaceState Enter(string participant, string name, Role role, Locks locked)
    {
        var known = Members.TryGetValue(participant, out var member);
        if (known && member!.Name == name && member.Role == role && member.Locked == locked) return this;
        var viewOnly = role == Role.Attendee;
        var after = known && !viewOnly ? member! with { Name = name, Role = role, Locked = locked } : new SpaceMember(name, role, Locked: locked);
        var entered = this with { Members = Members.SetItem(participant, after) };
        // Who becomes view-only: the hand that they raise as such stays, also with another name.
        return viewOnly && !(known && member!.Role == Role.Attendee) ? entered.Lower(participant).Unlight(participant) : entered;
    }

    /// <param name="keepHand">The place in the queue is kept for the return.</param>
    internal SpaceState Exit(string participant, bool keepHand)
    {
        var without = Members.ContainsKey(participant) ? (this with { Members = Members.Remove(participant) }).Unlight(participant) : this;
        return keepHand ? without : without.Lower(participant);
    }

    /// <summary>Everybody is out; what is left of polls is their results.</summary>
    internal SpaceState Clear() => new() { Policy = Policy, Polls = Polls.CloseAll() };

    /// <summary>Nobody will be there to see a timer, and open polls are closed.</summary>
    internal SpaceState Close() => this with { Timer = null, Polls = Polls.CloseAll() };

    /// <summary>The state after an event of a space; null where the event is none.</summary>
    internal SpaceState? Evolve(Event happened, long number) => happened switch
    {
        MediaChanged e => Change(e.Participant, member => member with
        {
            Microphone = e.Microphone ?? member.Microphone,
            Camera = e.Camera ?? member.Camera,
            Share = e.Share ?? member.Share,
        }),
        ParticipantsMuted e => e.Participants.Aggregate(this, (space, id) => space.Change(id, member => member with { Microphone = false })),
        VideosStopped e => e.Participants.Aggregate(this, (space, id) => space.Change(id, member => member with { Camera = false })),
        SharesStopped e => e.Participants.Aggregate(this, (space, id) => space.Change(id, member => member with { Share = false })),
        UnmuteAsked => this,
        HandRaised e => Raise(e.Participant, number),
        HandLowered e => Lower(e.Participant),
        TurnGranted e => Lower(e.Participant).Count(e.Participant),
        AllHandsLowered => this with { Hands = Empty.Hands, HandOf = Empty.HandOf },
        SpotlightChanged e => this with { Spotlight = e.Participants },
        TimerStarted e => this with { Timer = new TimerView(e.StartedAt, e.EndsAt) },
        TimerExtended e => this with { Timer = Timer! with { EndsAt = e.EndsAt } },
        TimerStopped or TimerEnded => this with { Timer = null },
        _ => Polls.Evolve(happened, number) is { } polls ? this with { Polls = polls } : null,
    };

    private SpaceState Unlight(string participant) => Spotlight.Contains(participant) ? this with { Spotlight = Spotlight.Remove(participant) } : this;

    private SpaceState Change(string participant, Func<SpaceMember, SpaceMember> change) =>
        Members.TryGetValue(participant, out var member)
            ? this with { Members = Members.SetItem(participant, change(member)) }
            : throw new InvalidOperationException($"{participant} is not in this space: the log is broken");

    private SpaceState Raise(string participant, long number) => this with
    {
        Hands = Hands.Add(number, participant),
        HandOf = HandOf.Add(participant, number),
    };

    private SpaceState Lower(string participant) =>
        HandOf.TryGetValue(participant, out var number)
            ? this with { Hands = Hands.Remove(number), HandOf = HandOf.Remove(participant) }
            : this;

    private SpaceState Count(string participant)
    {
        var turns = Turns.SetItem(participant, Turns.GetValueOrDefault(participant) + 1);
        return this with { Turns = turns.Count > Limits.SpeakersPerSpace ? turns.RemoveRange(turns.Keys.Where(id => !Members.ContainsKey(id))) : turns };
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WritePropertyName("policy");
        JsonSerializer.Serialize(json, Policy, ContractsJson.Default.SpacePolicy);
        json.WriteStartObject("members");
        foreach (var (id, member) in Members.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            json.WriteStartArray(id);
            json.WriteStringValue(member.Name);
            json.WriteNumberValue((int)member.Role);
            json.WriteNumberValue((member.Microphone ? 1 : 0) | (member.Camera ? 2 : 0) | (member.Share ? 4 : 0));
            if (!member.Locked.IsEmpty) member.Locked.WriteValue(json);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteStartArray("hands");
        foreach (var (number, id) in Hands)
        {
            json.WriteNumberValue(number);
            json.WriteStringValue(id);
        }
        json.WriteEndArray();
        json.WriteStartObject("turns");
        foreach (var (id, turns) in Turns.OrderBy(entry => entry.Key, StringComparer.Ordinal)) json.WriteNumber(id, turns);
        json.WriteEndObject();
        Snapshot.WriteList(json, "spotlight", Spotlight);
        if (Timer is { } timer)
        {
            json.WritePropertyName("timer");
            JsonSerializer.Serialize(json, timer, ContractsJson.Default.TimerView);
        }
        if (!Polls.IsEmpty)
        {
            json.WritePropertyName("polls");
            Polls.Write(json);
        }
        json.WriteEndObject();
    }

    internal static SpaceState Read(JsonElement json)
    {
        var hands = json.GetProperty("hands").EnumerateArray().Chunk(2)
            .Select(pair => (Number: pair[0].GetInt64(), Id: pair[1].GetString()!)).ToArray();
        return new SpaceState
        {
            Policy = json.GetProperty("policy").Deserialize(ContractsJson.Default.SpacePolicy)!,
            Members = json.GetProperty("members").EnumerateObject().ToImmutableDictionary(entry => entry.Name, entry => ReadMember(entry.Value)),
            Hands = hands.ToImmutableSortedDictionary(hand => hand.Number, hand => hand.Id),
            Turns = json.TryGetProperty("turns", out var turns)
                ? turns.EnumerateObject().ToImmutableDictionary(entry => entry.Name, entry => entry.Value.GetInt32())
                : Empty.Turns,
            HandOf = hands.ToImmutableDictionary(hand => hand.Id, hand => hand.Number),
            Spotlight = Snapshot.ReadList(json, "spotlight"),
            Timer = json.TryGetProperty("timer", out var timer) ? timer.Deserialize(ContractsJson.Default.TimerView) : null,
            Polls = json.TryGetProperty("polls", out var polls) ? PollsState.Read(polls) : PollsState.Empty,
        };
    }

    private static SpaceMember ReadMember(JsonElement json)
    {
        var media = json[2].GetInt32();
        return new SpaceMember(json[0].GetString()!, (Role)json[1].GetInt32(), (media & 1) != 0, (media & 2) != 0, (media & 4) != 0,
            json.GetArrayLength() > 3 ? Locks.Read(json[3]) : default);
    }
}
