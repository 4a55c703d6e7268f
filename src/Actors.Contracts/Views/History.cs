using System.Collections.Immutable;

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
    ImmutableArray<Reactions>? Reactions = null);

[GenerateSerializer, Immutable, Alias("reactions")]
public sealed record Reactions(string Reaction, int Count, ImmutableArray<string> By);

/// <summary>One of <paramref name="Before"/> (newest first going back) or <paramref name="After"/>; neither: the newest page.</summary>
[GenerateSerializer, Immutable, Alias("history_request")]
public sealed record HistoryRequest(long? Before = null, long? After = null, int Limit = 50, Caller? Caller = null, long MeetingSeen = 0);

/// <summary>Messages in rising order of number. <paramref name="Older"/> and <paramref name="Newer"/> are the numbers to continue with, null at the ends.</summary>
[GenerateSerializer, Immutable, Alias("history_page")]
public sealed record HistoryPage(ImmutableArray<Message> Messages, long? Older = null, long? Newer = null, Refusal? Refusal = null);

/// <summary>How far each member has received and read, members who left included.</summary>
[GenerateSerializer, Immutable, Alias("receipts")]
public sealed record Receipts(long Number, ImmutableArray<MemberPointers> Members);

/// <summary>A thread in somebody's inbox.</summary>
[GenerateSerializer, Immutable, Alias("inbox_entry")]
public sealed record InboxEntry(string Thread, string Title, DateTimeOffset Since, long LastMessage = 0, int Unread = 0);
