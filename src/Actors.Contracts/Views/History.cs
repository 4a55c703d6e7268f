using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>A message as it reads now: its last text, reactions, deletion. A deleted one has neither text nor author's words left.</summary>
[GenerateSerializer, Immutable, Alias("message")]
public sealed record Message(
    long Number,
    DateTimeOffset At,
    string By,
    string Text,
    long? ReplyTo = null,
    ImmutableArray<string>? Mentions = null,
    DateTimeOffset? EditedAt = null,
    bool Deleted = false,
    ImmutableArray<Reactions>? Reactions = null,
    ImmutableArray<Attachment>? Attachments = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Everyone = false);

[GenerateSerializer, Immutable, Alias("reactions")]
public sealed record Reactions(string Reaction, int Count, ImmutableArray<string> By);

/// <summary>
/// One of <paramref name="Before"/> (newest first going back), <paramref name="After"/>, or <paramref name="Around"/> (the message of that
/// number, or the nearest, in the middle of the page); none: the newest page.
/// </summary>
/// <param name="Seen">The thread's highest number that the caller knows: the page accounts for it.</param>
[GenerateSerializer, Immutable, Alias("history_request")]
public sealed record HistoryRequest(
    long? Before = null, long? After = null, int Limit = 50, Caller? Caller = null, long MeetingSeen = 0, long? Around = null, long Seen = 0);

/// <summary>Messages in rising order of number. <paramref name="Older"/> and <paramref name="Newer"/> are the numbers to continue with, null at the ends.</summary>
[GenerateSerializer, Immutable, Alias("history_page")]
public sealed record HistoryPage(ImmutableArray<Message> Messages, long? Older = null, long? Newer = null, Refusal? Refusal = null);

/// <summary>Messages with every word of <paramref name="Query"/> (the last one may be the beginning of a word) before a number, newest first.</summary>
[GenerateSerializer, Immutable, Alias("search_request")]
public sealed record SearchRequest(string Query, long? Before = null, int Limit = Limits.SearchPage, Caller? Caller = null, long MeetingSeen = 0, long Seen = 0);

/// <summary>
/// What was found in the part of the thread that one request looks at, newest first, perhaps nothing. <paramref name="Next"/> is the number to
/// go on with as <see cref="SearchRequest.Before"/>; null where the thread was read to its beginning.
/// </summary>
[GenerateSerializer, Immutable, Alias("search_results")]
public sealed record SearchResults(ImmutableArray<Message> Messages, long? Next = null, Refusal? Refusal = null);

/// <summary>How far each member has received and read, members who left included.</summary>
[GenerateSerializer, Immutable, Alias("receipts")]
public sealed record Receipts(long Number, ImmutableArray<MemberPointers> Members);

/// <summary>Who has received and read one message; from <paramref name="After"/> on, in order of participants.</summary>
[GenerateSerializer, Immutable, Alias("message_receipts_request")]
public sealed record MessageReceiptsRequest(
    long Message, Caller? Caller = null, string? After = null, int Limit = Limits.ReceiptsPage, long MeetingSeen = 0, long Seen = 0);

/// <summary>
/// Derived from pointers, of everybody to whom the message was news: its author and those who came after it are not among them, those who
/// have left since are.
/// </summary>
/// <param name="Number">The thread's last event that it accounts for.</param>
/// <param name="Awaited">Everybody to whom it was news.</param>
/// <param name="Delivered">How many of them have received it, readers included.</param>
/// <param name="People">A page of those who have received it.</param>
/// <param name="Next">Continue with this as <see cref="MessageReceiptsRequest.After"/>; null at the end.</param>
[GenerateSerializer, Immutable, Alias("message_receipts")]
public sealed record MessageReceipts(
    long Number, long Message, int Awaited, int Delivered, int Read, ImmutableArray<MessageReceipt> People, string? Next = null, Refusal? Refusal = null);

/// <param name="Read">False: received only.</param>
[GenerateSerializer, Immutable, Alias("message_receipt")]
public sealed record MessageReceipt(string Participant, bool Read);
