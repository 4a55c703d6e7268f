using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>A message; its number is the event's. The author is <see cref="Recorded.By"/>. Redaction leaves an empty text and no attachments.</summary>
[GenerateSerializer, Immutable, Alias("message_posted")]
public sealed record MessagePosted(
    string Text,
    long? ReplyTo = null,
    ImmutableArray<string>? Mentions = null,
    ImmutableArray<Attachment>? Attachments = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Everyone = false) : Event;

[GenerateSerializer, Immutable, Alias("message_edited")]
public sealed record MessageEdited(long Message, string Text) : Event;

/// <summary>Hidden from here; <paramref name="Edits"/> are the events whose text has to be erased together with the post's.</summary>
[GenerateSerializer, Immutable, Alias("message_deleted")]
public sealed record MessageDeleted(long Message, [property: Unpublished] ImmutableArray<long> Edits) : Event;

/// <summary>Its text is gone from storage.</summary>
[GenerateSerializer, Immutable, Alias("message_redacted")]
public sealed record MessageRedacted(long Message) : Event;

[GenerateSerializer, Immutable, Alias("reaction_changed")]
public sealed record ReactionChanged(long Message, string Reaction, bool On) : Event;

[GenerateSerializer, Immutable, Alias("message_pinned")]
public sealed record MessagePinned(long Message) : Event;

[GenerateSerializer, Immutable, Alias("message_unpinned")]
public sealed record MessageUnpinned(long Message) : Event;

/// <summary>A legal hold began or ended: from here nothing is erased, or what waits is.</summary>
[GenerateSerializer, Immutable, Alias("hold_changed")]
public sealed record HoldChanged(bool On) : Event;

[GenerateSerializer, Immutable, Alias("pointer")]
public sealed record Pointer(string Participant, long Delivered, long Read);

/// <summary>Pointers of members that moved, collected over a few seconds.</summary>
[GenerateSerializer, Immutable, Alias("pointers_moved")]
public sealed record PointersMoved(ImmutableArray<Pointer> Pointers) : Event;
