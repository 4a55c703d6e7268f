using System.Collections.Immutable;
using System.Text;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Attributes of people: what a client or a tenant's own systems know them by.</summary>
internal static class Attributes
{
    public static Outcome Change(MeetingState state, Sender sender, SetAttributes wanted)
    {
        if (Check(wanted.Attributes) is { } invalid) return invalid;
        if (Moderation.Target(state, sender, wanted.Participant ?? sender.Person?.Id!, out var target) is { } refusal) return refusal;
        if (sender.Person is { IsModerator: false } person && target.Id != person.Id) return Outcome.Refuse(Refusal.NotAllowed, "somebody else");
        var present = target.Attributes ?? ImmutableDictionary<string, string>.Empty;
        var set = wanted.Attributes.Where(entry => entry.Value is not null && present.GetValueOrDefault(entry.Key) != entry.Value)
            .ToImmutableDictionary(entry => entry.Key, entry => entry.Value!);
        ImmutableArray<string> removed = [.. wanted.Attributes.Where(entry => entry.Value is null && present.ContainsKey(entry.Key)).Select(entry => entry.Key).Order(StringComparer.Ordinal)];
        if (set.IsEmpty && removed.IsEmpty) return Outcome.Nothing;
        var bytes = Labels.Merge(present, set, removed).Sum(entry => Encoding.UTF8.GetByteCount(entry.Key) + Encoding.UTF8.GetByteCount(entry.Value));
        return bytes > Limits.AttributesBytes
            ? Arguments.TooLarge("attributes", $"{Limits.AttributesBytes} bytes of attributes at most")
            : Outcome.Of(new AttributesChanged(target.Id, set.IsEmpty ? null : set, removed.IsEmpty ? null : removed));
    }

    private static Outcome? Check(ImmutableDictionary<string, string?>? attributes)
    {
        if (attributes is null) return Arguments.Invalid("attributes", "missing");
        // A removal counts as its key, an empty text, in the check of what is sent.
        return Arguments.Map(attributes.ToImmutableDictionary(entry => entry.Key, entry => entry.Value ?? ""), "attributes", Limits.AttributesBytes);
    }
}
