using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

// The snapshot: canonical JSON, so that equal states give equal bytes.
public sealed partial record ThreadState
{
    public byte[] Encode()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonBuffer.Compact))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("lastTime", LastTime);
            json.WriteNumber("cursor", Cursor);
            json.WriteString("name", Name);
            json.WritePropertyName("policy");
            JsonSerializer.Serialize(json, Policy, ContractsJson.Default.SpacePolicy);
            json.WriteBoolean("closed", Closed);
            if (KeepDays is { } days) json.WriteNumber("keepDays", days);
            if (Held) json.WriteBoolean("held", Held);
            if (Registered) json.WriteBoolean("registered", Registered);
            if (IsWaitingRoom) json.WriteBoolean("waiting", IsWaitingRoom);
            if (IsDirect) json.WriteBoolean("direct", IsDirect);
            if (IsChannel) json.WriteBoolean("channel", IsChannel);
            WriteUntold(json);
            json.WriteNumber("lastMessage", LastMessage);
            if (LastMessageAt is { } posted) json.WriteString("lastMessageAt", posted);
            if (!Pins.IsEmpty)
            {
                json.WritePropertyName("pins");
                WriteNumbers(json, Pins);
            }
            WriteMembers(json);
            json.WritePropertyName("messages");
            Messages.Write(json);
            if (Everyone.Posted > 0)
            {
                json.WritePropertyName("everyone");
                Everyone.Write(json);
            }
            WriteRedactions(json);
            json.WritePropertyName("memory");
            Memory.Write(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public static ThreadState Decode(ReadOnlySpan<byte> snapshot)
    {
        var reader = new Utf8JsonReader(snapshot);
        using var document = JsonDocument.ParseValue(ref reader);
        var json = document.RootElement;
        var known = ReadMembers(json.GetProperty("members"));
        return new ThreadState
        {
            Version = json.GetProperty("version").GetInt64(),
            LastTime = json.GetProperty("lastTime").GetDateTimeOffset(),
            Cursor = json.GetProperty("cursor").GetInt64(),
            Name = json.GetProperty("name").GetString()!,
            Policy = json.GetProperty("policy").Deserialize(ContractsJson.Default.SpacePolicy)!,
            Closed = json.GetProperty("closed").GetBoolean(),
            LastMessage = json.GetProperty("lastMessage").GetInt64(),
            // Left out where they say nothing, as in snapshots of earlier releases.
            Held = json.TryGetProperty("held", out _),
            Registered = json.TryGetProperty("registered", out _),
            KeepDays = json.TryGetProperty("keepDays", out var keep) ? keep.GetInt32() : null,
            IsWaitingRoom = json.TryGetProperty("waiting", out _),
            IsDirect = json.TryGetProperty("direct", out _),
            IsChannel = json.TryGetProperty("channel", out _),
            Untold = json.TryGetProperty("untold", out var untold)
                ? untold.EnumerateObject().ToImmutableSortedDictionary(entry => entry.Name, entry => entry.Value.GetInt64(), StringComparer.Ordinal)
                : NobodyUntold,
            LastMessageAt = json.TryGetProperty("lastMessageAt", out var posted) ? posted.GetDateTimeOffset() : null,
            Pins = json.TryGetProperty("pins", out var pins) ? ReadNumbers(pins) : [],
            Everyone = json.TryGetProperty("everyone", out var everyone) ? MessageIndex.Read(everyone) : MessageIndex.Empty,
            Known = known,
            Members = known.Count(entry => entry.Value.IsActive),
            Messages = MessageIndex.Read(json.GetProperty("messages")),
            Redactions = ReadRedactions(json.GetProperty("redactions")),
            Memory = CommandMemory.Read(json.GetProperty("memory")),
        };
    }

    private void WriteUntold(Utf8JsonWriter json)
    {
        if (Untold.IsEmpty) return;
        json.WriteStartObject("untold");
        foreach (var (participant, number) in Untold) json.WriteNumber(participant, number);
        json.WriteEndObject();
    }

    private void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteStartObject("members");
        foreach (var (participant, member) in Known.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            json.WriteStartArray(participant);
            json.WriteNumberValue((int)member.Role);
            json.WriteNumberValue(member.Since);
            json.WriteNumberValue(member.Delivered);
            json.WriteNumberValue(member.Read);
            json.WriteNumberValue(member.LeftAt);
            if (!member.Locked.IsEmpty) member.Locked.WriteValue(json);
            if (!member.Mentions.IsEmpty) WriteNumbers(json, member.Mentions);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static ImmutableDictionary<string, ThreadMember> ReadMembers(JsonElement json) =>
        json.EnumerateObject().ToImmutableDictionary(
            entry => entry.Name,
            entry => new ThreadMember(
                (Role)entry.Value[0].GetInt32(),
                entry.Value[1].GetInt64(),
                entry.Value[2].GetInt64(),
                entry.Value[3].GetInt64(),
                entry.Value[4].GetInt64(),
                ReadLocks(entry.Value))
            {
                Mentions = ReadMentions(entry.Value),
            });

    // Both are left out where there are none; locks are a number, mentions a list.
    private static Locks ReadLocks(JsonElement member) =>
        member.GetArrayLength() > MemberFields && member[MemberFields].ValueKind == JsonValueKind.Number ? Locks.Read(member[MemberFields]) : default;

    private static ImmutableArray<long> ReadMentions(JsonElement member) =>
        member[member.GetArrayLength() - 1] is { ValueKind: JsonValueKind.Array } mentions ? ReadNumbers(mentions) : [];

    // Those that every member has.
    private const int MemberFields = 5;

    private static void WriteNumbers(Utf8JsonWriter json, ImmutableArray<long> numbers)
    {
        json.WriteStartArray();
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static ImmutableArray<long> ReadNumbers(JsonElement json) => [.. json.EnumerateArray().Select(number => number.GetInt64())];

    private void WriteRedactions(Utf8JsonWriter json)
    {
        json.WriteStartArray("redactions");
        foreach (var pending in Redactions.Values)
        {
            json.WriteStartArray();
            json.WriteNumberValue(pending.Message);
            json.WriteNumberValue(pending.DeletedAt);
            foreach (var edit in pending.Edits) json.WriteNumberValue(edit);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static ImmutableSortedDictionary<long, PendingRedaction> ReadRedactions(JsonElement json) =>
        json.EnumerateArray()
            .Select(entry => entry.EnumerateArray().Select(number => number.GetInt64()).ToArray())
            .ToImmutableSortedDictionary(
                numbers => numbers[0],
                numbers => new PendingRedaction(numbers[0], numbers[1], [.. numbers.AsSpan(2)]));
}
