using System.Collections.Immutable;
using System.Globalization;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>Pages of a search over a tenant's threads, with threads that answer as the test says: what is found, what a page costs, where it ends.</summary>
public sealed class TenantSearchPageTests
{
    private readonly ManualTime _time = new();
    private readonly FakeTenant _tenant = new();

    [Fact]
    public async Task E7_whatever_the_limits_every_message_is_found_once_newest_thread_first()
    {
        var seed = Environment.GetEnvironmentVariable("SEARCH_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var tenant = new FakeTenant { RegisterPage = random.Next(1, 80), Scans = random.Next(1, 40) };
            for (var i = random.Next(0, 150); i > 0; i--)
                tenant.Add([.. Enumerable.Range(1, 60).Where(_ => random.Next(20) == 0).Select(number => (long)number)], readable: random.Next(4) > 0, listed: random.Next(4) > 0);
            var reader = random.Next(2) == 0 ? "ann" : null;
            var found = await All(tenant, limit: random.Next(1, 12), reader);
            found.ShouldBe(tenant.Expected(reader), $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public async Task P8_a_page_makes_so_many_calls_and_no_more()
    {
        for (var i = 0; i < Limits.ThreadsSearched; i++) _tenant.Add(i == 0 ? [7] : []);
        var full = await Page(null);
        (full.Results.Single().Message.Number, full.Next).ShouldBe((7, null));
        _tenant.Calls.ShouldBe(Limits.ThreadsSearched);
        _tenant.Add([]);
        _tenant.Calls = 0;
        var first = await Page(null);
        (first.Results.Length, _tenant.Calls).ShouldBe((0, Limits.ThreadsSearched));
        var rest = await Page(first.Next.ShouldNotBeNull());
        (rest.Results.Single().Message.Number, rest.Next).ShouldBe((7, null));
    }

    [Fact]
    public async Task P8_so_many_threads_are_asked_at_once_and_no_more()
    {
        for (var i = 0; i <= Limits.ThreadsSearchedAtOnce; i++) _tenant.Add([]);
        _tenant.AllHang = true;
        var searching = Page(null);
        _tenant.Calls.ShouldBe(Limits.ThreadsSearchedAtOnce);
        _time.Advance(Limits.TenantSearchDeadline);
        await Should.ThrowAsync<ClusterUnavailableException>(() => searching);
    }

    [Fact]
    public async Task P8_a_thread_that_needs_many_calls_takes_no_more_than_a_page_has_and_is_gone_on_with()
    {
        _tenant.Scans = 1;
        _tenant.Add([1]);
        _tenant.Add([.. Enumerable.Range(3, Limits.ThreadsSearched).Select(number => -(long)number), 2]);
        (await Page(null)).Next.ShouldNotBeNull();
        _tenant.Calls.ShouldBeLessThanOrEqualTo(Limits.ThreadsSearched);
        (await All(_tenant, limit: 5, reader: null)).ShouldBe(_tenant.Expected(null));
    }

    [Fact]
    public async Task P8_of_threads_that_a_users_name_rules_out_a_page_reads_so_many_pages_of_the_register()
    {
        _tenant.RegisterPage = 1;
        _tenant.Add([5]);
        for (var i = 0; i < Limits.ThreadListPagesSearched; i++) _tenant.Add([6], listed: false);
        var first = await Page(null, "ann");
        (first.Results.Length, _tenant.Calls, _tenant.Reads).ShouldBe((0, 0, Limits.ThreadListPagesSearched));
        (await Page(first.Next.ShouldNotBeNull(), "ann")).Results.Single().Message.Number.ShouldBe(5);
    }

    [Fact]
    public async Task P6_a_thread_that_cannot_be_read_ends_the_page_before_it_and_is_the_end_of_all_where_it_is_the_first()
    {
        _tenant.Add([1]);
        var broken = _tenant.Add([2]);
        _tenant.Add([3]);
        _tenant.Fails = broken;
        var page = await Page(null);
        page.Results.Select(one => one.Message.Number).ShouldBe([3]);
        await Should.ThrowAsync<ClusterUnavailableException>(() => Page(page.Next.ShouldNotBeNull()));
        _tenant.Fails = null;
        (await Page(page.Next)).Results.Select(one => one.Message.Number).ShouldBe([2, 1]);
        _tenant.RegisterFails = true;
        await Should.ThrowAsync<ClusterUnavailableException>(() => Page(page.Next));
    }

    [Fact]
    public async Task P6_a_thread_that_does_not_answer_in_time_ends_the_page_before_it()
    {
        _tenant.Add([1]);
        var slow = _tenant.Add([2]);
        _tenant.Add([3]);
        _tenant.Hangs = slow;
        var searching = Page(null);
        _time.Advance(Limits.TenantSearchDeadline - TimeSpan.FromTicks(1));
        _tenant.Abandoned.ShouldBe(0);
        _time.Advance(TimeSpan.FromTicks(1));
        var page = await searching;
        page.Results.Select(one => one.Message.Number).ShouldBe([3]);
        searching = Page(page.Next);
        _time.Advance(Limits.TenantSearchDeadline);
        await Should.ThrowAsync<ClusterUnavailableException>(() => searching);
        _tenant.Abandoned.ShouldBe(2);
        // Who asked has gone: nobody is answered.
        using var gone = new CancellationTokenSource();
        searching = Page(page.Next, cancellation: gone.Token);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => searching);
    }

    [Fact]
    public async Task P8_what_no_thread_could_be_searched_for_is_refused_where_there_is_none()
    {
        _tenant.Refuses = Refusal.InvalidArgument;
        (await Page(null)).Refusal.ShouldBe(Refusal.InvalidArgument);
    }

    private Task<TenantFound> Page(SearchPosition? from, string? reader = null, CancellationToken cancellation = default) => Page(_tenant, from, 5, reader, cancellation);

    private Task<TenantFound> Page(FakeTenant tenant, SearchPosition? from, int limit, string? reader, CancellationToken cancellation = default) =>
        new TenantSearch(new TenantQuestion("x", limit, reader is null ? Caller.Backend("api") : Caller.Participant(reader)), tenant.Read, tenant.Search, _time).Page(from, cancellation);

    private async Task<List<(string, long)>> All(FakeTenant tenant, int limit, string? reader)
    {
        var found = new List<(string, long)>();
        SearchPosition? from = null;
        do
        {
            var page = await Page(tenant, from, limit, reader);
            page.Results.Length.ShouldBeLessThanOrEqualTo(limit);
            found.AddRange(page.Results.Select(one => (one.Channel!, one.Message.Number)));
            page.Next.ShouldNotBe(from ?? new SearchPosition("nowhere"), "no progress");
            from = page.Next;
        }
        while (from is not null);
        return found;
    }

    /// <summary>A register and its threads, which look at <see cref="Scans"/> messages a call.</summary>
    private sealed class FakeTenant
    {
        private readonly List<(ListedThread Thread, long[] Messages, bool Readable, bool Listed)> _threads = [];

        public int RegisterPage { get; set; } = int.MaxValue;

        public int Scans { get; set; } = int.MaxValue;

        public string? Fails { get; set; }

        public string? Hangs { get; set; }

        public bool AllHang { get; set; }

        public bool RegisterFails { get; set; }

        public Refusal? Refuses { get; set; }

        public int Calls { get; set; }

        public int Reads { get; private set; }

        public int Abandoned { get; private set; }

        /// <summary>A thread that is newer than those before; a number below 0 stands for a message without the words.</summary>
        /// <param name="readable">By the user who asks.</param>
        /// <param name="listed">To the user who asks.</param>
        public string Add(long[] messages, bool readable = true, bool listed = true)
        {
            var name = $"c{_threads.Count:D4}";
            _threads.Insert(0, (new ListedThread($"at-{name}", new ThreadName(Channel: name)), messages, readable, listed));
            return name;
        }

        public List<(string, long)> Expected(string? reader) =>
        [
            .. _threads.Where(one => reader is null || (one.Readable && one.Listed))
                .SelectMany(one => one.Messages.Where(number => number > 0).OrderDescending().Select(number => (one.Thread.Name.Channel!, number))),
        ];

        public ValueTask<ThreadListPage> Read(ThreadListRequest request, CancellationToken cancellation)
        {
            Reads++;
            if (RegisterFails) throw new ClusterUnavailableException(null);
            if (Refuses is { } refusal) return new(new ThreadListPage([], Refusal: refusal));
            bool IsNext(string position) => string.CompareOrdinal(position, request.Position) is var order && (order < 0 || (order == 0 && request.Including));
            var rest = _threads.Where(one => request.Position is null || IsNext(one.Thread.Position)).ToList();
            var page = rest.Take(Math.Min(request.Limit, RegisterPage)).ToList();
            ImmutableArray<ListedThread> shown = [.. page.Where(one => request.Reader is null || one.Listed).Select(one => one.Thread)];
            return new(new ThreadListPage(shown, page.Count < rest.Count ? page[^1].Thread.Position : null));
        }

        public async ValueTask<SearchResults> Search(ThreadName name, SearchRequest request, CancellationToken cancellation)
        {
            Calls++;
            await Task.Yield();
            if (name.Channel == Fails) throw new ClusterUnavailableException(null);
            if (AllHang || name.Channel == Hangs) await Never(cancellation);
            var (_, messages, readable, _) = _threads.Single(one => one.Thread.Name == name);
            if (request.Caller!.Kind == CallerKind.Participant && !readable) return new SearchResults([], Refusal: Refusal.NotJoined);
            var left = messages.Where(number => request.Before is null || Math.Abs(number) < request.Before).OrderByDescending(Math.Abs).ToList();
            var looked = left.Take(Scans).ToList();
            ImmutableArray<Message> found = [.. looked.Where(number => number > 0).Take(request.Limit).Select(number => new Message(number, default, "ann", "x"))];
            if (found.Length == request.Limit) return new SearchResults(found, found[^1].Number > Math.Abs(left[^1]) ? found[^1].Number : null);
            return new SearchResults(found, looked.Count < left.Count ? Math.Abs(looked[^1]) : null);
        }

        private async Task Never(CancellationToken cancellation)
        {
            var never = new TaskCompletionSource();
            using var _ = cancellation.Register(() => never.TrySetCanceled(cancellation));
            try
            {
                await never.Task;
            }
            finally
            {
                Abandoned++;
            }
        }
    }
}
