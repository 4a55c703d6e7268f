using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Who was removed when: tokens issued up to then let nobody in again. Forgotten once no such token can still be valid.</summary>
public sealed record Revocations
{
    public static readonly Revocations Empty = new();

    private ImmutableDictionary<string, DateTimeOffset> At { get; init; } = ImmutableDictionary<string, DateTimeOffset>.Empty;

    // The same in order of time, for forgetting; a participant removed twice is in it twice.
    private ImmutableQueue<(DateTimeOffset At, string Participant)> Order { get; init; } = [];

    public int Count => At.Count;

    public bool Covers(string participant, DateTimeOffset issuedAt) => At.TryGetValue(participant, out var removed) && issuedAt <= removed;

    internal Revocations Add(string participant, DateTimeOffset at) =>
        new() { At = At.SetItem(participant, at), Order = Order.Enqueue((at, participant)) };

    internal IEnumerable<Removal> NewestFirst =>
        At.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new Removal(entry.Key, entry.Value));

    internal bool Knows(string participant) => At.ContainsKey(participant);

    /// <summary>Removals of a former occurrence, all of them later than what is known of the same person.</summary>
    internal Revocations Carry(ImmutableArray<Removal> removals) => new()
    {
        At = At.SetItems(removals.Select(one => KeyValuePair.Create(one.Participant, one.At))),
        Order = [.. Order.Concat(removals.Select(one => (one.At, one.Participant))).OrderBy(one => one.At)],
    };

    internal Revocations Forget(DateTimeOffset now)
    {
        var (at, order) = (At, Order);
        while (!order.IsEmpty && now - order.Peek().At > Limits.TokenLifetime)
        {
            order = order.Dequeue(out var oldest);
            if (at.TryGetValue(oldest.Participant, out var removed) && removed == oldest.At) at = at.Remove(oldest.Participant);
        }
        return ReferenceEquals(order, Order) ? this : new() { At = at, Order = order };
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (id, at) in At.OrderBy(entry => entry.Key, StringComparer.Ordinal)) json.WriteString(id, at);
        json.WriteEndObject();
    }

    internal static Revocations Read(JsonElement json)
    {
        var all = json.EnumerateObject().Select(entry => (At: entry.Value.GetDateTimeOffset(), Participant: entry.Name)).ToArray();
        return new Revocations
        {
            At = all.ToImmutableDictionary(one => one.Participant, one => one.At),
            Order = [.. all.OrderBy(one => one.At)],
        };
    }
}
