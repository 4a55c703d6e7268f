using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// The result of all edits, deletions and reactions of the messages of one page (<see cref="Limits.OverlaySpan"/> numbers) through one
/// event. Derived: it can be rebuilt from the log, and merging the same changes twice changes nothing.
/// </summary>
/// <param name="Through">Last event it accounts for.</param>
/// <param name="Messages">Those that something happened to, by number.</param>
public sealed record PageOverlay(long Page, long Through, ImmutableSortedDictionary<long, MessageOverlay> Messages)
{
    public static PageOverlay Empty(long page) => new(page, 0, ImmutableSortedDictionary<long, MessageOverlay>.Empty);

    public static long PageOf(long message) => message / Limits.OverlaySpan;

    /// <summary>The last number of a page.</summary>
    public static long LastOf(long page) => (page + 1) * Limits.OverlaySpan - 1;

    /// <summary>
    /// Which words the page's messages may hold, those and no others, as they read at <see cref="Through"/>. Null where that is not known: the page has
    /// not ended yet, a release stored it that knew no such thing, or a text has changed since.
    /// </summary>
    public WordFilter? Words { get; init; }

    /// <summary>Nothing is stored of a page that has ended without its words: <see cref="WithWords"/> first.</summary>
    public bool LacksWords => Words is null && Through >= LastOf(Page);

    public MessageOverlay this[long message] => Messages.GetValueOrDefault(message, MessageOverlay.None);

    /// <summary>With what happened after <see cref="Through"/>. Where that changed or deleted a text, the words are unknown.</summary>
    public PageOverlay Merge(OverlayChanges changes)
    {
        if (changes.Page != Page) throw new ArgumentException("Changes of another page.", nameof(changes));
        var (messages, words) = (Messages.ToBuilder(), Words);
        foreach (var recorded in changes.Events)
        {
            if (recorded.Number <= Through) continue;
            var message = MessageOverlay.MessageOf(recorded.Event)!.Value;
            messages[message] = messages.GetValueOrDefault(message, MessageOverlay.None).Apply(recorded);
            if (recorded.Event is MessageEdited or MessageDeleted) words = null;
        }
        return new PageOverlay(Page, Math.Max(Through, changes.Through), messages.ToImmutable()) { Words = words };
    }

    /// <summary>With the words of its messages, deleted ones left out.</summary>
    /// <param name="posts">Events of the log that include all of the page's posts; others are passed over.</param>
    public PageOverlay WithWords(IEnumerable<Recorded> posts) => this with
    {
        Words = WordFilter.Of(posts
            .Where(post => post.Event is MessagePosted && PageOf(post.Number) == Page && !this[post.Number].Deleted)
            .Select(post => this[post.Number].Text ?? ((MessagePosted)post.Event).Text)),
    };

    /// <summary>Canonical UTF-8 JSON; names of people are written once and then by their index.</summary>
    public byte[] Encode()
    {
        var people = new Dictionary<string, int>();
        var buffer = new JsonBuffer(InitialBytes);
        using var json = new Utf8JsonWriter(buffer, JsonBuffer.Compact);
        json.WriteStartObject();
        json.WriteStartArray("messages");
        foreach (var (number, message) in Messages) WriteMessage(json, number, message, people);
        json.WriteEndArray();
        json.WriteStartArray("people");
        foreach (var person in people.OrderBy(entry => entry.Value)) json.WriteStringValue(person.Key);
        json.WriteEndArray();
        WriteWords(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.Written.ToArray();
    }

    // A page with some reactions and an edit or two.
    private const int InitialBytes = 4 * 1024;

    private static void WriteMessage(Utf8JsonWriter json, long number, MessageOverlay message, Dictionary<string, int> people)
    {
        json.WriteStartObject();
        json.WriteNumber("number", number);
        if (message.Deleted) json.WriteBoolean("deleted", true);
        if (message.Text is { } text)
        {
            json.WriteString("text", text);
            json.WriteNumber("editedAt", message.EditedAt!.Value.ToUnixTimeMilliseconds());
            json.WriteStartArray("edits");
            foreach (var edit in message.Edits) json.WriteNumberValue(edit);
            json.WriteEndArray();
        }
        if (!message.Reactions.IsEmpty)
        {
            json.WriteStartArray("reactions");
            foreach (var reaction in message.Reactions) WriteReaction(json, reaction, people);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteReaction(Utf8JsonWriter json, Reactions reaction, Dictionary<string, int> people)
    {
        json.WriteStartArray();
        json.WriteStringValue(reaction.Reaction);
        foreach (var by in reaction.By)
        {
            if (!people.TryGetValue(by, out var index)) people.Add(by, index = people.Count);
            json.WriteNumberValue(index);
        }
        json.WriteEndArray();
    }

    private void WriteWords(Utf8JsonWriter json)
    {
        if (Words is null) return;
        json.WriteStartObject("words");
        json.WriteNumber("form", WordFilter.Form);
        json.WriteBase64String("bits", Words.Bits);
        json.WriteEndObject();
    }

    public static PageOverlay Decode(long page, long through, ReadOnlyMemory<byte> payload)
    {
        using var document = JsonDocument.Parse(payload);
        var people = document.RootElement.GetProperty("people").EnumerateArray().Select(person => person.GetString()!).ToArray();
        var messages = document.RootElement.GetProperty("messages").EnumerateArray()
            .ToImmutableSortedDictionary(message => message.GetProperty("number").GetInt64(), message => ReadMessage(message, people));
        return new PageOverlay(page, through, messages) { Words = ReadWords(document.RootElement) };
    }

    // Left out where they are not known, as by earlier releases, which also drop them from what they store.
    private static WordFilter? ReadWords(JsonElement json) =>
        json.TryGetProperty("words", out var words) ? WordFilter.Read(words.GetProperty("form").GetInt32(), words.GetProperty("bits").GetBytesFromBase64()) : null;

    private static MessageOverlay ReadMessage(JsonElement json, string[] people)
    {
        var read = MessageOverlay.None with { Deleted = json.TryGetProperty("deleted", out _) };
        if (json.TryGetProperty("text", out var text))
        {
            read = read with
            {
                Text = text.GetString(),
                EditedAt = DateTimeOffset.FromUnixTimeMilliseconds(json.GetProperty("editedAt").GetInt64()),
                Edits = [.. json.GetProperty("edits").EnumerateArray().Select(edit => edit.GetInt64())],
            };
        }
        if (!json.TryGetProperty("reactions", out var reactions)) return read;
        return read with { Reactions = [.. reactions.EnumerateArray().Select(reaction => ReadReaction(reaction, people))] };
    }

    private static Reactions ReadReaction(JsonElement json, string[] people)
    {
        ImmutableArray<string> by = [.. json.EnumerateArray().Skip(1).Select(index => people[index.GetInt32()])];
        return new Reactions(json[0].GetString()!, by.Length, by);
    }
}

/// <summary>Edits, deletions and reactions of one page, in order of number.</summary>
/// <param name="Through">Every change up to here is among them or was flushed before.</param>
public sealed record OverlayChanges(long Page, long Through, ImmutableArray<Recorded> Events);
