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

/// <summary>From here messages are kept for so many days; null: for ever.</summary>
[GenerateSerializer, Immutable, Alias("retention_changed")]
public sealed record RetentionChanged(int? Days = null) : Event;

/// <summary>The thread, which has messages, is in its tenant's register: nobody has to see to that again.</summary>
[GenerateSerializer, Immutable, Alias("thread_registered")]
public sealed record ThreadRegistered : Event;

[GenerateSerializer, Immutable, Alias("pointer")]
public sealed record Pointer(string Participant, long Delivered, long Read);

/// <summary>Pointers of members that moved, collected over a few seconds.</summary>
[GenerateSerializer, Immutable, Alias("pointers_moved")]
public sealed record PointersMoved(ImmutableArray<Pointer> Pointers) : Event;

/// <summary>
/// Pointers of many members that moved, in columns: a thousand members' are stored every few seconds, and their names are most of what that
/// takes. A member's pointers are <paramref name="Through"/> less what its columns say.
/// </summary>
/// <param name="Through">The last message there was.</param>
[GenerateSerializer, Immutable, Alias("pointers_gathered")]
public sealed record PointersGathered(
    long Through, ImmutableArray<string> Participants, ImmutableArray<long> Delivered, ImmutableArray<long> Read) : Event
{
    public static PointersGathered Of(long through, ImmutableArray<Pointer> pointers) => new(
        through,
        [.. pointers.Select(pointer => pointer.Participant)],
        [.. pointers.Select(pointer => through - pointer.Delivered)],
        [.. pointers.Select(pointer => through - pointer.Read)]);

    public IEnumerable<Pointer> Pointers()
    {
        for (var i = 0; i < Participants.Length; i++) yield return new Pointer(Participants[i], Through - Delivered[i], Through - Read[i]);
    }
}
