using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>Messages to one socket, as bytes.</summary>
internal static class ServerMessages
{
    public static readonly ReadOnlyMemory<byte> Ping = "{\"type\":\"ping\"}"u8.ToArray();

    public static readonly ReadOnlyMemory<byte> Pong = "{\"type\":\"pong\"}"u8.ToArray();

    /// <param name="meeting">Where it is another than the token's: the current occurrence of a series.</param>
    public static ReadOnlyMemory<byte> Welcome(ISubscriber subscriber, string place, int heartbeat, string? meeting) => Write("welcome", json =>
    {
        json.WriteString("participant", subscriber.Participant);
        json.WriteString("session", subscriber.Session);
        json.WriteNumber("epoch", subscriber.Epoch);
        json.WriteString("place", place);
        json.WriteNumber("heartbeat", heartbeat);
        if (meeting is not null) json.WriteString("meeting", meeting);
    });

    /// <summary>Of a session outside meetings.</summary>
    public static ReadOnlyMemory<byte> Welcome(string user, string session, int heartbeat) => Write("welcome", json =>
    {
        json.WriteString("participant", user);
        json.WriteString("session", session);
        json.WriteNumber("heartbeat", heartbeat);
    });

    public static ReadOnlyMemory<byte> Moved(string place, long number) => Write("moved", json =>
    {
        json.WriteString("place", place);
        json.WriteNumber("number", number);
    });

    /// <param name="id">Of the <c>unfollow</c> that it answers.</param>
    /// <param name="reason">Why a channel, or a room's thread, cannot be followed any more, where its reader did not ask for the end.</param>
    public static ReadOnlyMemory<byte> Detached(string stream, long? id = null, Refusal? reason = null) => Write("detached", json =>
    {
        if (id is { } number) json.WriteNumber("id", number);
        json.WriteString("stream", stream);
        if (reason is { } why) json.WriteString("reason", RefusalNames.Of(why));
    });

    public static ReadOnlyMemory<byte> Followed(long id, string stream) => Write("followed", json =>
    {
        json.WriteNumber("id", id);
        json.WriteString("stream", stream);
    });

    /// <summary>The answer to a command; <paramref name="stream"/> is where its events are.</summary>
    public static ReadOnlyMemory<byte> Answer(long id, string stream, Answer answer) => answer switch
    {
        Accepted accepted => Write("accepted", json =>
        {
            json.WriteNumber("id", id);
            json.WriteString("stream", stream);
            json.WriteNumber("from", accepted.First);
            json.WriteNumber("to", accepted.Last);
            if (accepted.Repeat) json.WriteBoolean("repeat", true);
            if (accepted.Pending) json.WriteBoolean("pending", true);
        }),
        Refused refused => Refused(id, refused),
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "an answer that is not for people"),
    };

    public static ReadOnlyMemory<byte> Refused(long id, Refused refused) => Write("refused", json =>
    {
        json.WriteNumber("id", id);
        json.WriteString("reason", RefusalNames.Of(refused.Reason));
        if (refused.Detail is { } detail) json.WriteString("detail", detail);
    });

    public static ReadOnlyMemory<byte> History(long id, StreamId thread, HistoryPage page) => Write("history", json =>
    {
        WriteMessages(json, id, thread, page.Messages);
        if (page.Older is { } older) json.WriteNumber("older", older);
        if (page.Newer is { } newer) json.WriteNumber("newer", newer);
    });

    public static ReadOnlyMemory<byte> Found(long id, StreamId thread, SearchResults found) => Write("found", json =>
    {
        WriteMessages(json, id, thread, found.Messages);
        if (found.Next is { } next) json.WriteNumber("next", next);
    });

    private static void WriteMessages(Utf8JsonWriter json, long id, StreamId thread, ImmutableArray<Message> messages)
    {
        WriteThread(json, id, thread);
        json.WriteStartArray("messages");
        foreach (var message in messages) JsonSerializer.Serialize(json, message, ContractsJson.Default.Message);
        json.WriteEndArray();
    }

    // By the field with which it was asked for.
    private static void WriteThread(Utf8JsonWriter json, long id, StreamId thread)
    {
        json.WriteNumber("id", id);
        json.WriteString(thread.Kind == StreamKind.Channel ? "channel" : "thread", thread.Place);
    }

    public static ReadOnlyMemory<byte> Receipts(long id, StreamId thread, MessageReceipts page) => Write("receipts", json =>
    {
        WriteThread(json, id, thread);
        json.WriteNumber("number", page.Number);
        json.WriteNumber("message", page.Message);
        json.WriteNumber("awaited", page.Awaited);
        json.WriteNumber("delivered", page.Delivered);
        json.WriteNumber("read", page.Read);
        json.WriteStartArray("people");
        foreach (var person in page.People) JsonSerializer.Serialize(json, person, ContractsJson.Default.MessageReceipt);
        json.WriteEndArray();
        if (page.Next is { } next) json.WriteString("next", next);
    });

    public static ReadOnlyMemory<byte> Roster(long id, PeoplePage page) => Write("roster", json =>
    {
        json.WriteNumber("id", id);
        json.WriteNumber("number", page.Number);
        json.WriteStartArray("participants");
        foreach (var person in page.Participants) JsonSerializer.Serialize(json, person, ContractsJson.Default.ParticipantView);
        json.WriteEndArray();
        if (page.Next is { } next) json.WriteNumber("next", next);
    });

    public static ReadOnlyMemory<byte> Inbox(long id, InboxPage page) => Write("inbox", json =>
    {
        json.WriteNumber("id", id);
        json.WriteStartArray("threads");
        foreach (var entry in page.Threads)
        {
            json.WriteStartObject();
            WriteName(json, ThreadName.OfKey(entry.Thread));
            json.WriteString("title", entry.Title);
            json.WriteString("since", entry.Since);
            json.WriteNumber("lastMessage", entry.LastMessage);
            if (entry.LastMessageAt is { } at) json.WriteString("lastMessageAt", at);
            json.WriteNumber("unread", entry.Unread);
            json.WriteNumber("mentions", entry.Mentions);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (page.Next is { } next) json.WriteString("next", next);
    });

    /// <param name="more">Threads that are not named may have changed too.</param>
    public static ReadOnlyMemory<byte> InboxChanged(ImmutableArray<ThreadName> threads, bool more) => Write("inbox_changed", json =>
    {
        json.WriteStartArray("threads");
        foreach (var thread in threads)
        {
            json.WriteStartObject();
            WriteName(json, thread);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (more) json.WriteBoolean("more", true);
    });

    // In its tenant: as in the answers of a search.
    private static void WriteName(Utf8JsonWriter json, ThreadName thread)
    {
        if (thread.Channel is { } channel)
        {
            json.WriteString("channel", channel);
            return;
        }
        json.WriteString("meeting", thread.Meeting);
        json.WriteString("thread", thread.Thread);
    }

    private static ReadOnlyMemory<byte> Write(string type, Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("type", type);
        fields(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
