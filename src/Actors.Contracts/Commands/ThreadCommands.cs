using System.Collections.Immutable;

namespace Actors.Contracts;

/// <param name="Text">May be empty where there are attachments.</param>
/// <param name="ReplyTo">Number of an existing message of the thread.</param>
/// <param name="Mentions">Participants mentioned, 50 at most.</param>
/// <param name="Attachments">Files referred to, 10 at most.</param>
/// <param name="Everyone">Mentions everybody in the thread: hosts, co-hosts and backends only.</param>
[GenerateSerializer, Immutable, Alias("post_message")]
public sealed record PostMessage(
    string Text,
    long? ReplyTo = null,
    ImmutableArray<string>? Mentions = null,
    ImmutableArray<Attachment>? Attachments = null,
    bool Everyone = false) : ThreadCommand;

/// <summary>By the author only.</summary>
[GenerateSerializer, Immutable, Alias("edit_message")]
public sealed record EditMessage(long Message, string Text) : ThreadCommand;

/// <summary>By the author or a moderator. Hidden at once; its text and every edit's are erased from storage.</summary>
[GenerateSerializer, Immutable, Alias("delete_message")]
public sealed record DeleteMessage(long Message) : ThreadCommand;

/// <summary>Gives a reaction, or takes it back.</summary>
[GenerateSerializer, Immutable, Alias("react")]
public sealed record React(long Message, string Reaction, bool On = true) : ThreadCommand;

/// <summary>Shows a message to everybody who opens the thread. Hosts, co-hosts and backends; a deleted message is no longer pinned.</summary>
[GenerateSerializer, Immutable, Alias("pin_message")]
public sealed record PinMessage(long Message) : ThreadCommand;

/// <inheritdoc cref="PinMessage"/>
[GenerateSerializer, Immutable, Alias("unpin_message")]
public sealed record UnpinMessage(long Message) : ThreadCommand;

/// <summary>
/// Legal hold, by backends only. While it lasts nothing is erased from storage: a deleted message is hidden as ever, and its text waits in the
/// log until the hold ends. What was being erased when it began may still go.
/// </summary>
[GenerateSerializer, Immutable, Alias("hold_thread")]
public sealed record HoldThread(bool On) : ThreadCommand;

/// <summary>
/// How long messages are kept, by backends only: what is older is deleted by the product, hidden and its text erased from storage, within a day of
/// its time. Not while a legal hold lasts.
/// </summary>
/// <param name="Days">1 to <see cref="Limits.RetentionDays"/>; null: for ever.</param>
[GenerateSerializer, Immutable, Alias("keep_messages")]
public sealed record KeepMessages(int? Days = null) : ThreadCommand;

/// <summary>How far the sender has received and read. Monotonic; stored within a few seconds, exempt from waiting for durability.</summary>
[GenerateSerializer, Immutable, Alias("move_pointers")]
public sealed record MovePointers(long Delivered, long Read) : ThreadCommand;
