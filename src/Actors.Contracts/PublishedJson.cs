using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Actors.Contracts;

/// <summary>
/// An event as clients get it: <c>{"number":13,"at":1790000000000,"by":"u1","type":"hand_raised",…}</c>, <c>at</c> in Unix milliseconds.
/// Fields marked <see cref="UnpublishedAttribute"/> are left out, and <c>by</c> where it is the event's <c>participant</c> or the product itself.
/// </summary>
public static class PublishedJson
{
    private static readonly JsonSerializerOptions Options = new(ContractsJson.Default.Options)
    {
        TypeInfoResolver = ContractsJson.Default.WithAddedModifier(DropUnpublished),
    };

    private static readonly JsonTypeInfo<Event> EventInfo = (JsonTypeInfo<Event>)Options.GetTypeInfo(typeof(Event));

    private static readonly FrozenDictionary<Type, Func<object, object?>> ParticipantOf = FindParticipants();

    // Large enough for most events; a thread keeps at most one.
    private const int ScratchBytes = 4 * 1024;

    [ThreadStatic]
    private static (JsonBuffer Buffer, Utf8JsonWriter Json)? scratch;

    /// <summary>Writes one event as a value. Thread-safe as long as the writer is the caller's own.</summary>
    public static void Write(Utf8JsonWriter json, Recorded recorded)
    {
        var (buffer, inner) = scratch ??= NewScratch();
        buffer.Length = 0;
        buffer.Write("{\"number\":"u8);
        buffer.Write(recorded.Number);
        buffer.Write(",\"at\":"u8);
        buffer.Write(recorded.At.ToUnixTimeMilliseconds());
        if (recorded.By is { } by && by != Participant(recorded.Event))
        {
            buffer.Write(",\"by\":"u8);
            buffer.WriteText(by);
        }
        var start = buffer.Length;
        inner.Reset(buffer);
        JsonSerializer.Serialize(inner, recorded.Event, EventInfo);
        inner.Flush();
        // The event's object goes on where the envelope's fields end; it is never empty, it has its type.
        buffer.Written[start] = (byte)',';
        json.WriteRawValue(buffer.Written, skipInputValidation: true);
        if (buffer.Length > Limits.MessageBytes * 4) scratch = null;
    }

    private static string? Participant(Event @event) =>
        ParticipantOf.TryGetValue(@event.GetType(), out var get) ? (string?)get(@event) : null;

    private static (JsonBuffer, Utf8JsonWriter) NewScratch()
    {
        var buffer = new JsonBuffer(ScratchBytes);
        return (buffer, new Utf8JsonWriter(buffer, JsonBuffer.Compact));
    }

    private static void DropUnpublished(JsonTypeInfo info)
    {
        for (var i = info.Properties.Count - 1; i >= 0; i--)
            if (info.Properties[i].AttributeProvider?.IsDefined(typeof(UnpublishedAttribute), inherit: false) == true)
                info.Properties.RemoveAt(i);
    }

    private static FrozenDictionary<Type, Func<object, object?>> FindParticipants()
    {
        var found = new Dictionary<Type, Func<object, object?>>();
        foreach (var derived in EventInfo.PolymorphismOptions!.DerivedTypes)
            foreach (var property in Options.GetTypeInfo(derived.DerivedType).Properties)
                if (property.Name == "participant" && property.Get is { } get) found.Add(derived.DerivedType, get);
        return found.ToFrozenDictionary();
    }
}
