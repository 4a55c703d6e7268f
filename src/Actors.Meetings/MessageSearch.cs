using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Words looked for in messages: every word of the query, in any order, the last one also as the beginning of a word, whatever their case and
/// accents. What is found is read from history, backwards and a bounded part at a time, so that edits, deletions, erasures and rights are those of
/// history itself; pages whose <see cref="WordFilter"/> denies a word are passed over.
/// </summary>
public sealed class MessageSearch
{
    private readonly ImmutableArray<string> words;

    private MessageSearch(ImmutableArray<string> words) => this.words = words;

    /// <summary>Null, with the search, where the request can be answered.</summary>
    public static Outcome? Check(ThreadState state, SearchRequest request, out MessageSearch search)
    {
        search = new MessageSearch([]);
        if (request.Limit is < 1 or > Limits.SearchPage) return Arguments.Invalid("limit", $"1 to {Limits.SearchPage}");
        if (request.Before < 1) return Arguments.Invalid("before", "no number of a message");
        if (ChatThread.Membership(state, request.Caller) is { } refused) return refused;
        return Parse(request.Query, out search);
    }

    /// <summary>Null where a thread could be searched for this.</summary>
    public static Outcome? Check(string? query) => Parse(query, out _);

    internal static Outcome? Parse(string? query, out MessageSearch search)
    {
        search = new MessageSearch([]);
        if (query is null) return Arguments.Invalid("q", "missing");
        if (query.Length > Limits.SearchQueryLength) return Arguments.TooLarge("q", $"{Limits.SearchQueryLength} characters at most");
        if (!MessageRules.IsCleanText(query, allowLines: true)) return Arguments.Invalid("q", "control characters or broken surrogates");
        var (folded, ranges) = TextFolding.Words(query);
        if (ranges.Count == 0) return Arguments.Invalid("q", "no word in it");
        if (ranges.Count > Limits.SearchWords) return Arguments.TooLarge("q", $"{Limits.SearchWords} words at most");
        search = new MessageSearch([.. ranges.Select(range => folded[range])]);
        return null;
    }

    /// <summary>True: no message of a page matches as it reads now. False says nothing: the page has to be read.</summary>
    /// <param name="stored">The words of the page's stored overlay, which must pass <see cref="OverlayBuffer.Completes"/>; null where they are not known.</param>
    /// <param name="since">What the overlay does not know yet: <see cref="OverlayBuffer.EditedTexts"/>.</param>
    public bool RulesOut(WordFilter? stored, IEnumerable<string> since)
    {
        if (stored is null) return false;
        var last = words.Length - 1;
        for (var i = 0; i <= last; i++)
            if (!(i == last ? stored.MayHoldBeginning(words[i]) : stored.MayHold(words[i]))) return !since.Any(Matches);
        return false;
    }

    public bool Matches(string text)
    {
        var (folded, ranges) = TextFolding.Words(text);
        Span<bool> found = stackalloc bool[words.Length];
        foreach (var range in ranges)
        {
            var word = folded.AsSpan(range);
            for (var i = 0; i < found.Length; i++)
                found[i] |= i == found.Length - 1 ? word.StartsWith(words[i], StringComparison.Ordinal) : word.SequenceEqual(words[i]);
        }
        return !found.Contains(false);
    }
}
