using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

/// <param name="Caller">In whose name each thread is asked.</param>
internal sealed record TenantQuestion(string Query, int Limit, Caller Caller)
{
    /// <summary>The user who is to read what is found; null: the tenant's backend.</summary>
    public string? Reader => Caller.Kind == CallerKind.Participant ? Caller.Id : null;
}

/// <param name="Next">Where to go on; null: every thread was searched to its beginning.</param>
internal sealed record TenantFound(ImmutableArray<FoundMessage> Results, SearchPosition? Next, Refusal? Refusal = null);

/// <summary>
/// One page of a search over a tenant: the threads of its register, the newest first, each asked as if it were searched alone, a few ahead of the one whose answer is
/// looked at. Bounded in calls and in time, so that a page may be short. A thread that does not answer is never passed over: the page ends before it,
/// and there is no page where it is the first.
/// </summary>
/// <param name="read">The tenant's register.</param>
/// <param name="search">One of its threads.</param>
internal sealed class TenantSearch(
    TenantQuestion question,
    Func<ThreadListRequest, CancellationToken, ValueTask<ThreadListPage>> read,
    Func<ThreadName, SearchRequest, CancellationToken, ValueTask<SearchResults>> search,
    TimeProvider time)
{
    private readonly ImmutableArray<FoundMessage>.Builder _found = ImmutableArray.CreateBuilder<FoundMessage>();
    private readonly Queue<(ListedThread Thread, Task<SearchResults> Answer)> _ahead = new();
    private readonly Queue<ListedThread> _listed = new();
    private SearchPosition? _from;
    private SearchPosition? _done;
    private string? _read;
    private bool _listEnded;
    private int _calls, _pages;
    private Refusal? _refusal;

    /// <exception cref="ClusterUnavailableException">Nothing could be searched.</exception>
    public async Task<TenantFound> Page(SearchPosition? from, CancellationToken cancellation)
    {
        (_from, _done, _read) = (from, from, from?.Thread);
        using var late = new CancellationTokenSource(Limits.TenantSearchDeadline, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await Search(over.Token);
        }
        // In whatever way a call ends that was given up.
        catch (Exception e) when (e is ClusterUnavailableException || late.IsCancellationRequested)
        {
            cancellation.ThrowIfCancellationRequested();
            return _done != from ? Ends(_done) : throw new ClusterUnavailableException(e);
        }
        finally
        {
            // What was asked ahead and is not wanted any more.
            await over.CancelAsync();
        }
    }

    private TenantFound Ends(SearchPosition? next) => new(_found.ToImmutable(), next, _refusal);

    private async Task<TenantFound> Search(CancellationToken over)
    {
        while (true)
        {
            await AskAhead(over);
            if (_refusal is not null) return Ends(null);
            // Nothing was left out but by the register: all that was read of it is done with.
            if (!_ahead.TryDequeue(out var first)) return Ends(_listed.Count > 0 ? _done : _read is { } passed ? new SearchPosition(passed) : null);
            var (thread, answer) = first;
            if (await Finish(thread, await answer, over) is { } next) return Ends(next);
            _done = new SearchPosition(thread.Position);
            if (_found.Count == question.Limit) return Ends(_listEnded && _listed.Count + _ahead.Count == 0 ? null : _done);
        }
    }

    // Reads one thread to its beginning; else where in it to go on.
    private async Task<SearchPosition?> Finish(ListedThread thread, SearchResults answer, CancellationToken over)
    {
        while (true)
        {
            // The query was looked at with the register: what a thread refuses now it refuses this reader, who is not told that it is there.
            if (answer.Refusal is not null) return null;
            for (var i = 0; i < answer.Messages.Length; i++)
            {
                var message = answer.Messages[i];
                _found.Add(new FoundMessage(thread.Name.Meeting, thread.Name.Thread, thread.Name.Channel, message));
                var more = i < answer.Messages.Length - 1 || answer.Next is not null;
                if (_found.Count == question.Limit) return more ? new SearchPosition(thread.Position, message.Number) : null;
            }
            if (answer.Next is not { } before) return null;
            _done = new SearchPosition(thread.Position, before);
            if (_calls == Limits.ThreadsSearched) return _done;
            answer = await Ask(thread, before, over);
        }
    }

    private async Task AskAhead(CancellationToken over)
    {
        while (_ahead.Count < Limits.ThreadsSearchedAtOnce && _calls < Limits.ThreadsSearched && await Listed(over) is { } thread)
            _ahead.Enqueue((thread, Ask(thread, thread.Position == _from?.Thread ? _from?.Before : null, over)));
    }

    private Task<SearchResults> Ask(ListedThread thread, long? before, CancellationToken over)
    {
        _calls++;
        return search(thread.Name, new SearchRequest(question.Query, before, question.Limit, question.Caller), over).AsTask();
    }

    // The next thread of the register; null where it, or this page's part of it, ends.
    private async Task<ListedThread?> Listed(CancellationToken over)
    {
        while (_listed.Count == 0 && !_listEnded && _refusal is null && _pages < Limits.ThreadListPagesSearched)
        {
            _pages++;
            var limit = question.Reader is null ? Limits.ThreadsSearched : Limits.ThreadListPage;
            var page = await read(new ThreadListRequest(question.Query, _read, Including: _pages == 1 && _from?.Before is not null, question.Reader, limit), over);
            (_refusal, _listEnded) = (page.Refusal, page.Next is null);
            _read = page.Next;
            foreach (var thread in page.Threads) _listed.Enqueue(thread);
        }
        return _listed.TryDequeue(out var next) ? next : null;
    }
}
