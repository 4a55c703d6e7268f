using System.Collections.Immutable;
using System.Text;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Metadata and tags: what a tenant's own systems know a meeting by.</summary>
internal static class Labels
{
    public static Outcome Change(MeetingState state, ChangeMetadata wanted)
    {
        var remove = wanted.Remove ?? [];
        if ((Arguments.Map(wanted.Set, "set", Limits.MetadataBytes) ?? Arguments.List(remove, "remove", Limits.MetadataBytes)) is { } refusal) return refusal;
        var present = state.Metadata ?? ImmutableDictionary<string, string>.Empty;
        for (var i = 0; i < remove.Length; i++)
            if (Arguments.Name(remove[i], Arguments.Item("remove", i)) is { } bad) return bad;
            else if (wanted.Set?.ContainsKey(remove[i]) == true) return Arguments.Invalid(Arguments.Item("remove", i), "also set");
        var set = wanted.Set?.Where(entry => present.GetValueOrDefault(entry.Key) != entry.Value).ToImmutableDictionary();
        ImmutableArray<string> removed = [.. remove.Where(present.ContainsKey).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (set is null or { IsEmpty: true } && removed.IsEmpty) return Outcome.Nothing;
        var bytes = Merge(present, set, removed).Sum(entry => Encoding.UTF8.GetByteCount(entry.Key) + Encoding.UTF8.GetByteCount(entry.Value));
        return bytes > Limits.MetadataBytes
            ? Arguments.TooLarge("set", $"{Limits.MetadataBytes} bytes of metadata at most")
            : Outcome.Of(new MetadataChanged(set is { IsEmpty: false } ? set : null, removed.IsEmpty ? null : removed));
    }

    public static Outcome Change(MeetingState state, ChangeTags wanted)
    {
        if (Check(wanted.Tags) is { } refusal) return refusal;
        return Sorted(wanted.Tags).SequenceEqual(state.Tags, StringComparer.Ordinal) ? Outcome.Nothing : Outcome.Of(new TagsChanged(Sorted(wanted.Tags)));
    }

    /// <summary>Null is right and stands for none.</summary>
    public static Outcome? Check(ImmutableArray<string>? tags)
    {
        if (tags is not { } list) return null;
        if (Arguments.List(list, "tags", Limits.TagsPerMeeting) is { } refusal) return refusal;
        for (var i = 0; i < list.Length; i++)
        {
            var field = Arguments.Item("tags", i);
            if (Arguments.Name(list[i], field) is { } bad) return bad;
            if (list[i].Length > Limits.TagLength) return Arguments.TooLarge(field, $"{Limits.TagLength} characters at most");
            if (list.IndexOf(list[i]) != i) return Arguments.Invalid(field, "named twice");
        }
        return null;
    }

    public static ImmutableArray<string> Sorted(ImmutableArray<string>? tags) => tags is { } list ? list.Sort(StringComparer.Ordinal) : [];

    public static ImmutableDictionary<string, string> Merge(
        ImmutableDictionary<string, string>? present, ImmutableDictionary<string, string>? set, IEnumerable<string> removed) =>
        (present ?? ImmutableDictionary<string, string>.Empty).RemoveRange(removed).SetItems(set ?? ImmutableDictionary<string, string>.Empty);
}
