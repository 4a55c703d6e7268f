using System.Collections.Immutable;
using Actors.Contracts;
using Actors.Meetings;

namespace Actors.Grains;

/// <summary>Looks through a thread's history, newest first, <see cref="Limits.SearchedPages"/> pages at most.</summary>
internal static class ThreadSearch
{
    public static async ValueTask<SearchResults> Run(SearchRequest request, Func<ThreadState> durable, ThreadTexts texts, CancellationToken cancellation)
    {
        if (MessageSearch.Check(durable(), request, out var search) is { } refused) return new SearchResults([], Refusal: refused.Reason);
        var found = ImmutableArray.CreateBuilder<Message>();
        var before = request.Before;
        for (var pages = 0; pages < Limits.SearchedPages; pages++)
        {
            var asked = new HistoryRequest(Before: before, Limit: Limits.HistoryPage, Caller: request.Caller);
            var page = await texts.Page(History.Plan(durable(), asked), cancellation);
            // Who is put out meanwhile finds no more.
            if (page.Refusal is { } refusal) return new SearchResults([], Refusal: refusal);
            for (var i = page.Messages.Length - 1; i >= 0; i--)
            {
                var message = page.Messages[i];
                if (message.Deleted || !search.Matches(message.Text)) continue;
                found.Add(message);
                if (found.Count == request.Limit) return new SearchResults(found.ToImmutable(), i > 0 || page.Older is not null ? message.Number : null);
            }
            before = page.Older;
            if (before is null) break;
        }
        return new SearchResults(found.ToImmutable(), before);
    }
}
