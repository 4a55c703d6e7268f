using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// The stored form of a batch: a compact JSON array, one object an event, its <c>type</c> and fields first, then the envelope. Numbers follow
/// from the item's version. <c>d</c>: milliseconds after the predecessor (the item's time for the first), left out where 0. Who sent it is
/// the pair <c>by</c> (author) and <c>s</c> (the command's source), written out at its first appearance in the batch; later
/// <c>w</c> is the pair's index in order of appearance (0: neither), left out where it is the predecessor's. <c>c</c>: the command's counter,
/// absent for events that answer no command. A batch of another format begins with <c>{"format":n}</c>.
/// </summary>
public static class EventCodec
{
    /// <summary>The only format there is; its batches carry no mark.</summary>
    public const int Format = 1;

    /// <summary>What redaction leaves of a text.</summary>
    public const string Redacted = "";

    private static readonly FrozenDictionary<string, JsonTypeInfo> Types =
        ContractsJson.Default.Event.PolymorphismOptions!.DerivedTypes.ToFrozenDictionary(
            derived => (string)derived.TypeDiscriminator!,
            derived => ContractsJson.Default.GetTypeInfo(derived.DerivedType)!);

    /// <summary>Times are stored in whole milliseconds; a clock's reading passes through here before anything is decided by it.</summary>
    public static DateTimeOffset StoredTime(DateTimeOffset time) =>
        new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);

    internal static DateTimeOffset RequireStoredTime(DateTimeOffset time) =>
        time.UtcTicks % TimeSpan.TicksPerMillisecond == 0 && time.Offset == TimeSpan.Zero
            ? time
            : throw new ArgumentException("Times of events are UTC in whole milliseconds.", nameof(time));

    /// <summary>Reads a batch. Throws <see cref="UnknownEventException"/> for anything it does not know.</summary>
    /// <param name="version">Number of the first event.</param>
    /// <param name="count">Number of events.</param>
    /// <param name="at">The item's time, as given to <see cref="BatchWriter"/>.</param>
    /// <param name="events">The stored form.</param>
    /// <param name="upcasts">Null: those of this release.</param>
    public static ImmutableArray<Recorded> Decode(
        long version, int count, DateTimeOffset at, ReadOnlySpan<byte> events, Upcasts? upcasts = null)
    {
        try
        {
            return Read(version, count, at, events, upcasts ?? Upcasts.Current);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException)
        {
            throw new UnknownEventException($"The batch at {version} is not in a form this version reads.", broken);
        }
    }

    private static ImmutableArray<Recorded> Read(
        long version, int count, DateTimeOffset at, ReadOnlySpan<byte> events, Upcasts upcasts)
    {
        var result = ImmutableArray.CreateBuilder<Recorded>(count);
        var envelope = new Envelope(at);
        var reader = new Utf8JsonReader(events);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) throw new UnknownEventException("A batch is an array.");
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            var type = envelope.Read(ref reader);
            var stored = events[start..(int)reader.BytesConsumed];
            var @event = ReadEvent(type, stored, upcasts);
            result.Add(new Recorded(version + result.Count, envelope.At, envelope.By, envelope.Command, @event));
        }
        if (reader.TokenType != JsonTokenType.EndArray || reader.Read()) throw new UnknownEventException("A batch is one array of objects.");
        if (result.Count != count) throw new UnknownEventException($"The batch at {version} holds {result.Count} events, not {count}.");
        return result.MoveToImmutable();
    }

    private static Event ReadEvent(string type, ReadOnlySpan<byte> stored, Upcasts upcasts)
    {
        if (!upcasts.Concern(type)) return (Event)JsonSerializer.Deserialize(stored, InfoOf(type))!;
        var current = upcasts.Apply(JsonNode.Parse(stored)!.AsObject());
        return (Event)current.Deserialize(InfoOf(Upcasts.TypeOf(current)))!;
    }

    private static JsonTypeInfo InfoOf(string type) =>
        Types.TryGetValue(type, out var info) ? info : throw new UnknownEventException($"Unknown event type '{type}'.");

    /// <summary>
    /// The batch that begins with event <paramref name="version"/>, with the texts of posts and edits at <paramref name="numbers"/> blanked.
    /// Everything else keeps its bytes. Repeating it changes nothing.
    /// </summary>
    public static ReadOnlyMemory<byte> Redact(ReadOnlyMemory<byte> batch, long version, IReadOnlyCollection<long> numbers) =>
        Redaction.Rewrite(batch, version, numbers);
}
