using System.Collections.Immutable;
using System.Text;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>What the fields of thread commands may hold. Each answers null, or a refusal that names the field.</summary>
internal static class MessageRules
{
    public static Outcome? Check(Command command) => command switch
    {
        PostMessage post => Post(post.Text, post.Attachments) ?? ReplyTo(post.ReplyTo) ?? Mentions(post.Mentions),
        EditMessage edit => Number(edit.Message, "message") ?? Text(edit.Text),
        DeleteMessage delete => Number(delete.Message, "message"),
        React react => Number(react.Message, "message") ?? Reaction(react.Reaction),
        PinMessage pin => Number(pin.Message, "message"),
        UnpinMessage unpin => Number(unpin.Message, "message"),
        HoldThread => null,
        KeepMessages keep => keep.Days is < 1 or > Limits.RetentionDays ? Invalid($"days is not 1 to {Limits.RetentionDays}") : null,
        ExpireMessage expired => Number(expired.Message, "message"),
        MovePointers move => Pointer(move.Delivered, "delivered") ?? Pointer(move.Read, "read"),
        RecordPointers record => Pointers(record.Pointers),
        RecordRedaction redaction => Number(redaction.Message, "message"),
        RecordRegistered => null,
        _ => Channels.Check(command),
    };

    // A file needs no words.
    private static Outcome? Post(string? text, ImmutableArray<Attachment>? attachments) => attachments is { IsDefaultOrEmpty: false } given
        ? (text is "" ? null : Text(text)) ?? AttachmentRules.Check(given)
        : Text(text);

    private static Outcome? Text(string? text)
    {
        if (text is null) return Invalid("text is missing");
        // A UTF-16 unit takes at least one byte: a huge text is refused before it is looked at.
        if (text.Length > Limits.MessageBytes) return TooLarge("text");
        if (string.IsNullOrWhiteSpace(text)) return Invalid("text is empty");
        if (!IsCleanText(text, allowLines: true)) return Invalid("text holds control characters or broken surrogates");
        return Encoding.UTF8.GetByteCount(text) > Limits.MessageBytes ? TooLarge("text") : null;
    }

    private static Outcome? Reaction(string? reaction)
    {
        if (reaction is null) return Invalid("reaction is missing");
        if (reaction.Length > Limits.ReactionLength) return TooLarge("reaction");
        if (string.IsNullOrWhiteSpace(reaction)) return Invalid("reaction is empty");
        return IsCleanText(reaction, allowLines: false) ? null : Invalid("reaction holds control characters or broken surrogates");
    }

    private static Outcome? Mentions(ImmutableArray<string>? mentions)
    {
        if (mentions is not { IsDefaultOrEmpty: false } given) return null;
        if (given.Length > Limits.MentionsPerMessage) return TooLarge("mentions");
        foreach (var mention in given)
            if (!Ids.IsValid(mention)) return Invalid("mentions holds what is no id");
        return null;
    }

    private static Outcome? Pointers(ImmutableArray<Pointer> pointers)
    {
        if (pointers.IsDefault) return Invalid("pointers is missing");
        if (pointers.Length > Limits.PointersPerCommand) return TooLarge("pointers");
        foreach (var pointer in pointers)
        {
            if (pointer is null || !Ids.IsValid(pointer.Participant)) return Invalid("pointers holds one without participant");
            if ((Pointer(pointer.Delivered, "delivered") ?? Pointer(pointer.Read, "read")) is { } refused) return refused;
        }
        return null;
    }

    private static Outcome? ReplyTo(long? number) => number is { } given ? Number(given, "replyTo") : null;

    private static Outcome? Number(long number, string field) => number < 1 ? Invalid($"{field} is no number of a message") : null;

    private static Outcome? Pointer(long number, string field) => number < 0 ? Invalid($"{field} is negative") : null;

    internal static bool IsCleanText(string text, bool allowLines)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c) && !(allowLines && c is '\n' or '\t')) return false;
            if (!char.IsSurrogate(c)) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(c, text[i + 1])) return false;
            i++;
        }
        return true;
    }

    private static Outcome Invalid(string detail) => Outcome.Refuse(Refusal.InvalidArgument, detail);

    private static Outcome TooLarge(string field) => Outcome.Refuse(Refusal.TooLarge, $"{field} is too long");
}
