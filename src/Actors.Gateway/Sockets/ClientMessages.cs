using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>The first message of a socket.</summary>
/// <param name="Session">The client's own random id; the same one resumes.</param>
/// <param name="Resume">The last number it has of each stream.</param>
/// <param name="Passcode">Of the meeting, where it has one.</param>
/// <param name="Seen">The highest number of each stream that it was told of in an <c>accepted</c>, also where the event has not come yet.</param>
internal sealed record Hello(
    string Token, string Session, ImmutableDictionary<string, long>? Resume = null, string? Passcode = null, ImmutableDictionary<string, long>? Seen = null);

/// <summary>A page of messages is wanted.</summary>
internal sealed record HistoryQuery(long Id, long? Before = null, long? After = null, long? Around = null, int Limit = HistoryQuery.DefaultLimit)
{
    public const int DefaultLimit = 50;
}

/// <summary>Messages with certain words are wanted.</summary>
internal sealed record SearchQuery(long Id, string Q, long? Before = null, int Limit = ThreadRoutes.DefaultFound);

/// <summary>Who has received and read a message is wanted, a page.</summary>
internal sealed record ReceiptsQuery(long Id, long Message, string? After = null, int Limit = Limits.ReceiptsPage);

/// <summary>A channel is to be followed, from a number on or with a snapshot.</summary>
internal sealed record FollowQuery(long Id, string Channel, long? After = null);

/// <summary>A channel is to be followed no longer.</summary>
internal sealed record UnfollowQuery(long Id, string Channel);

/// <summary>A page of the user's inbox is wanted.</summary>
internal sealed record InboxQuery(long Id, string? After = null, int Limit = Limits.InboxPage);

/// <summary>A moderator wants to follow a breakout room's thread from outside the room; the envelope names it.</summary>
internal sealed record FollowRoomQuery(long Id, long? After = null);

/// <summary>Not any longer.</summary>
internal sealed record UnfollowRoomQuery(long Id);

/// <summary>A page of the people in the meeting is wanted.</summary>
internal sealed record RosterQuery(long Id, long After = 0, int Limit = Limits.PeoplePage, Role? Role = null);

/// <summary>Something transient from the sender, who is added here and not taken from the message.</summary>
internal sealed record SignalMessage(SignalBody Signal);

internal sealed record SignalBody(string Type, string? Reaction = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(NamedEnums)],
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(HistoryQuery))]
[JsonSerializable(typeof(SearchQuery))]
[JsonSerializable(typeof(ReceiptsQuery))]
[JsonSerializable(typeof(RosterQuery))]
[JsonSerializable(typeof(FollowQuery))]
[JsonSerializable(typeof(UnfollowQuery))]
[JsonSerializable(typeof(InboxQuery))]
[JsonSerializable(typeof(FollowRoomQuery))]
[JsonSerializable(typeof(UnfollowRoomQuery))]
[JsonSerializable(typeof(SignalMessage))]
internal sealed partial class ClientJson : JsonSerializerContext;

/// <summary>Message types that are not commands.</summary>
internal static class ClientTypes
{
    public const string Hello = "hello";
    public const string Ping = "ping";
    public const string Pong = "pong";
    public const string Signal = "signal";
    public const string History = "history";
    public const string Search = "search";
    public const string Receipts = "receipts";
    public const string Roster = "roster";
    public const string Follow = "follow";
    public const string Unfollow = "unfollow";
    public const string Inbox = "inbox";

    public static readonly ImmutableArray<string> All = [Hello, Ping, Pong, Signal, History, Search, Receipts, Roster, Follow, Unfollow, Inbox];

    /// <summary>The value of a message, or why it is none. <c>thread</c>, <c>place</c> and <c>channel</c> are the envelope's.</summary>
    public static (T? Value, Refused? Refused) Parse<T>(ReadOnlySpan<byte> utf8, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return (JsonSerializer.Deserialize(utf8, type), null);
        }
        catch (JsonException e)
        {
            return (null, new Refused(Refusal.InvalidArgument, JsonFaults.Describe(e)));
        }
    }
}
