using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>What is remembered of a command id.</summary>
public enum Remembered
{
    /// <summary>Never executed as far as is known: decide it.</summary>
    No,

    /// <summary>Executed: the numbers of its events are the answer.</summary>
    Yes,

    /// <summary>Older than what its session remembers: it must not be decided.</summary>
    Stale,

    /// <summary>The memory for idempotency keys is full.</summary>
    Full,
}

/// <summary>
/// Which commands were executed, and as which events: per session its last <see cref="Limits.RememberedAnswers"/>, per idempotency key one.
/// Two generations bound it in time: what was not used for one to two <see cref="Limits.AnswerMemory"/> is forgotten. Deterministic,
/// since only event times move it.
/// </summary>
public sealed record CommandMemory
{
    public static readonly CommandMemory Empty = new();

    private ImmutableDictionary<string, SessionAnswers> Current { get; init; } = ImmutableDictionary<string, SessionAnswers>.Empty;

    private ImmutableDictionary<string, SessionAnswers> Previous { get; init; } = ImmutableDictionary<string, SessionAnswers>.Empty;

    private DateTimeOffset RotatedAt { get; init; } = DateTimeOffset.MinValue;

    private int Keys { get; init; }

    /// <summary>What to do with a command that arrives now.</summary>
    /// <param name="by">Who sends it: a session's name is its client's choice, so two people may choose the same.</param>
    public Remembered Find(string? by, CommandId id, out long first, out long last)
    {
        (first, last) = (0, 0);
        var name = NameOf(by, id);
        if (!Current.TryGetValue(name, out var answers) && !Previous.TryGetValue(name, out answers))
            return id.IsKey && Keys >= Limits.RememberedKeys ? Remembered.Full : Remembered.No;
        return answers.Find(id.Counter, out first, out last);
    }

    /// <summary>The memory after one more event; <paramref name="id"/> null for events that answer no command.</summary>
    public CommandMemory Record(string? by, CommandId? id, long number, DateTimeOffset at)
    {
        var next = at - RotatedAt < Limits.AnswerMemory
            ? this
            : this with { Previous = Current, Current = ImmutableDictionary<string, SessionAnswers>.Empty, RotatedAt = at, Keys = 0 };
        if (id is null) return next;
        var name = NameOf(by, id);
        var known = next.Current.TryGetValue(name, out var answers) || next.Previous.TryGetValue(name, out answers);
        var updated = (known ? answers! : SessionAnswers.Empty).Add(id.Counter, number);
        return next with { Current = next.Current.SetItem(name, updated), Keys = next.Keys + (id.IsKey && !known ? 1 : 0) };
    }

    // A key and a session may have the same text; no id of a participant or key contains the slash.
    private static string NameOf(string? by, CommandId id) => $"{(id.IsKey ? "k" : "s")}:{by}/{id.Source}";

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("rotatedAt", RotatedAt);
        json.WriteNumber("keys", Keys);
        WriteGeneration(json, "current", Current);
        WriteGeneration(json, "previous", Previous);
        json.WriteEndObject();
    }

    private static void WriteGeneration(Utf8JsonWriter json, string name, ImmutableDictionary<string, SessionAnswers> generation)
    {
        json.WriteStartObject(name);
        foreach (var (source, answers) in generation.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            json.WriteStartArray(source);
            answers.Write(json);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public static CommandMemory Read(JsonElement json) => new()
    {
        RotatedAt = json.GetProperty("rotatedAt").GetDateTimeOffset(),
        Keys = json.GetProperty("keys").GetInt32(),
        Current = ReadGeneration(json.GetProperty("current")),
        Previous = ReadGeneration(json.GetProperty("previous")),
    };

    private static ImmutableDictionary<string, SessionAnswers> ReadGeneration(JsonElement json) =>
        json.EnumerateObject().ToImmutableDictionary(entry => entry.Name, entry => SessionAnswers.Read(entry.Value));
}
