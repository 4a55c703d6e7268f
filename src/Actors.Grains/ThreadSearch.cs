using System.Collections.Immutable;
using Actors.Contracts;
using Actors.Meetings;

namespace Actors.Grains;

/// <summary>
/// Looks through a thread's history, newest first: reads <see cref="Limits.SearchedPages"/> pages of it at most, and passes over those
/// stretches whose stored words rule the search out.
/// </summary>
internal static class ThreadSearch
{
    public static async ValueTask<SearchResults> Run(SearchRequest request, Func<ThreadState> durable, ThreadTexts texts, CancellationToken cancellation)
    {
        if (MessageSearch.Check(durable(), request, out var search) is { } refused) return new SearchResults([], Refusal: refused.Reason);
        var found = ImmutableArray.CreateBuilder<Message>();
        var before = request.Before;
        var lowest = PageOverlay.PageOf(Math.Min(before ?? long.MaxValue, durable().Version)) - Limits.SearchedStretches;
        for (var pages = 0; pages < Limits.SearchedPages;)
        {
            var plan = History.Plan(durable(), new HistoryRequest(Before: before, Limit: Limits.HistoryPage, Caller: request.Caller));
            // Who is put out meanwhile finds no more.
            if (plan.Refused is { } gone) return new SearchResults([], Refusal: gone.Reason);
            await texts.Words.Load(plan, durable().Version, cancellation);
            plan = plan.Without(stretch => texts.Words.RuleOut(stretch, search));
            if (!plan.IsEmpty) pages++;
            var page = await texts.Page(plan, cancellation);
            for (var i = page.Messages.Length - 1; i >= 0; i--)
            {
                var message = page.Messages[i];
                if (message.Deleted || !search.Matches(message.Text)) continue;
                found.Add(message);
                if (found.Count == request.Limit) return new SearchResults(found.ToImmutable(), i > 0 || page.Older is not null ? message.Number : null);
            }
            before = page.Older;
            if (before is null || PageOverlay.PageOf(before.Value) <= lowest) break;
        }
        return new SearchResults(found.ToImmutable(), before);
    }
}
