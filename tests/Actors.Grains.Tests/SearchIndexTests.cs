using System.Text;
using Actors.Contracts;
using Actors.Meetings;
using Actors.Storage;
using Shouldly;
using Xunit;
using Xunit.Abstractions;
using ThreadState = Actors.Meetings.ThreadState;

namespace Actors.Grains.Tests;

/// <summary>The words stored with a thread's overlays: what they save a search, that they hide nothing, and that nothing deleted stays in them.</summary>
public sealed class SearchIndexTests(ITestOutputHelper output)
{
    private const string Secret = "clandestine";

    private static readonly string Stream = Streams.Thread(Ids.ThreadKey(TestBed.Tenant, "m1", Ids.Main));

    [Fact]
    public async Task E7_a_rare_word_in_ten_thousand_messages_costs_a_few_reads()
    {
        await using var bed = await TestBed.Start();
        await bed.Opened();
        foreach (var some in Enumerable.Range(0, 10_000).Chunk(1_000))
        {
            // One after the other: their order decides which words a page has, and so which pages are read for nothing (one in thirty).
            foreach (var i in some) await Post(bed, i == 3_500 ? "a needle here" : $"hay {i} of the barn, item {i % 97}");
            // A thread remembers so many answers only.
            bed.Time.Advance(Limits.AnswerMemory * 2);
        }
        // In good order: what has ended is stored. A few more are in nobody's index.
        await bed.Restart();
        foreach (var i in Enumerable.Range(0, 300)) await Post(bed, $"more hay {i}");
        output.WriteLine($"{bed.Log.Calls("Append", "thread/")} appends, {bed.Log.Calls("SaveOverlay", "thread/")} overlays");
        foreach (var (query, found, pages) in new[] { ("needle", 1, 1), ("need", 1, 1), ("nowhere", 0, 0), ("barn needle", 0, 1) })
        {
            await bed.Kill();
            await bed.Thread().Wake(default);
            bed.Log.ForgetCalls();
            var results = await Search(bed, query);
            var (posts, overlays) = (bed.Log.Calls("ReadBackward", "thread/"), bed.Log.Calls("ReadOverlays", "thread/"));
            output.WriteLine($"'{query}': {results.Messages.Length} found with {posts} reads of the log and {overlays} of overlays");
            (results.Messages.Length, results.Next).ShouldBe((found, null));
            // The newest page, which has not ended, lies before and after the snapshot.
            posts.ShouldBeLessThanOrEqualTo(pages + 2);
            // Forty pages' words, sixteen a read, and the overlays of what is read.
            overlays.ShouldBeLessThanOrEqualTo(3 + pages + 2);
            // Another letter asks memory, but for what is not in it of the newest page.
            bed.Log.ForgetCalls();
            await Search(bed, "nowhere2");
            (bed.Log.Calls("ReadBackward", "thread/"), bed.Log.Calls("ReadOverlays", "thread/")).ShouldBeOneOf((0, 0), (1, 0));
        }
        var words = await StoredWords(bed);
        output.WriteLine($"{words.Count} pages with {words.Sum(page => page.Words!.Bits.Length)} bytes of words");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task E7_a_random_thread_answers_random_searches_as_a_plain_scan_of_its_history_does(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var bed = await TestBed.Start();
        await bed.Opened();
        var numbers = new List<long>();
        for (var round = 0; round < 12; round++)
        {
            numbers.AddRange(await Task.WhenAll(Enumerable.Range(0, 120).Select(_ => Sentence(random)).ToArray().Select(text => Post(bed, text))));
            for (var i = 0; i < 15; i++)
            {
                var message = numbers[random.Next(numbers.Count)];
                Command command = random.Next(3) switch { 0 => new DeleteMessage(message), 1 => new React(message, "👍"), _ => new EditMessage(message, Sentence(random)) };
                await bed.Thread().Execute(bed.Alone(bed.ByBackend(command)), default);
            }
            switch (random.Next(8))
            {
                case 0: await bed.Kill(); break;
                case 1 or 2: await bed.Restart(); break;
                case 3: await bed.Thread().Wake(default); break;
                case 4: await TestBed.Accepted(bed.Thread(), bed.ByBackend(new HoldThread(random.Next(2) == 0))); break;
                case 5: await TestBed.Accepted(bed.Thread(), bed.ByBackend(new KeepMessages(random.Next(3) == 0 ? null : 10))); break;
                case 6:
                    bed.Time.Advance(TimeSpan.FromDays(random.Next(7)));
                    await bed.Thread().Wake(default);
                    break;
            }
            await SearchesAgree(bed, random, $"seed {seed}, round {round}");
        }
        (await StoredWords(bed)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task E7_a_deleted_message_leaves_the_stored_pages_as_if_it_had_never_said_that()
    {
        await using var told = await TestBed.Start();
        await using var untold = await TestBed.Start();
        var before = (await Ended(told, $"the {Secret} text", $"the {Secret} edit"), await Ended(untold, "another text", "another edit"));
        (await Denies(told)).ShouldBeFalse();
        (await Denies(untold)).ShouldBeTrue();
        (await Payloads(told)).ShouldNotBe(await Payloads(untold));
        foreach (var (bed, message) in new[] { (told, before.Item1), (untold, before.Item2) })
        {
            await TestBed.Accepted(bed.Thread(), bed.ByBackend(new DeleteMessage(message)));
            await bed.Thread().Wake(default);
        }
        (await told.StoredThread()).ShouldNotContain(Secret);
        (await Denies(told)).ShouldBeTrue();
        (await Payloads(told)).ShouldBe(await Payloads(untold));
        (await Search(told, Secret)).Messages.ShouldBeEmpty();
        (await Search(told, "kept")).Messages.Length.ShouldBe(Limits.SearchPage);
    }

    [Fact]
    public async Task E7_words_left_by_a_crash_between_items_and_overlay_or_overlay_and_record_are_gone_after_the_next_activation()
    {
        await using var bed = await TestBed.Start();
        var message = await Ended(bed, $"the {Secret} text", $"the {Secret} edit");
        bed.Log.OverlaysFail = true;
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new DeleteMessage(message)));
        await bed.Thread().Wake(default);
        // The items have lost it, the words have not.
        (await Items(bed)).ShouldNotContain(Secret);
        (await Denies(bed)).ShouldBeFalse();
        await bed.Kill();
        bed.Log.OverlaysFail = false;
        var gate = bed.Log.Hold("thread/");
        var waking = bed.Thread().Wake(default).AsTask();
        await gate.Arrived.WaitAsync(TestBed.Patience);
        (await Denies(bed)).ShouldBeTrue();
        await bed.Kill();
        gate.Release();
        await waking.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(TestBed.Patience);
        await bed.Thread().Wake(default);
        (await bed.StoredThread()).ShouldNotContain(Secret);
        (await Denies(bed)).ShouldBeTrue();
        (await TestBed.Events(bed.Thread())).Count(one => one.Event is MessageRedacted).ShouldBe(1);
    }

    [Fact]
    public async Task E7_pages_stored_by_a_release_without_words_are_read_and_get_theirs_when_they_are_stored_again()
    {
        await using var bed = await TestBed.Start();
        bed.Log.OverlaysStored = overlay => overlay with { Payload = (PageOverlay.Decode(overlay.Page, overlay.Through, overlay.Payload) with { Words = null }).Encode() };
        var message = await Ended(bed, "an old text", "an old needle");
        bed.Log.OverlaysStored = null;
        (await StoredWords(bed)).ShouldBeEmpty();
        (await Search(bed, "needle")).Messages.Single().Number.ShouldBe(message);
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new EditMessage(message, "an old thorn")));
        (await Search(bed, "needle")).Messages.ShouldBeEmpty();
        (await Search(bed, "thorn")).Messages.Single().Number.ShouldBe(message);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Post(bed, "kept")));
        await bed.Restart();
        (await Search(bed, "thorn")).Messages.Single().Number.ShouldBe(message);
        (await StoredWords(bed)).Select(page => page.Page).ShouldContain(PageOverlay.PageOf(message));
    }

    [Fact]
    public async Task E7_a_search_passes_over_a_bounded_stretch_and_goes_on_from_there()
    {
        await using var bed = await TestBed.Start();
        // Every page begins with a message, the first of all with what is looked for. It has long been registered, and logs nothing more by itself.
        const int Pages = Limits.SearchedStretches + 40;
        for (var page = 0L; page < Pages; page++)
        {
            var first = Math.Max(1, page * Limits.OverlaySpan);
            var post = new Recorded(first, bed.Time.GetUtcNow(), "api", null, new MessagePosted(page == 0 ? "a needle" : "hay"));
            var writer = new BatchWriter(post.At);
            writer.Add(post);
            for (var number = first + 1; number <= PageOverlay.LastOf(page); number++) writer.Add(post with { Number = number, Event = number == 2 ? new ThreadRegistered() : new NothingChanged() });
            await bed.Log.Inner.Append(Stream, new Batch(first, (int)(PageOverlay.LastOf(page) - first + 1), $"w{page}", "test", post.At, writer.ToArray()), default);
            var overlay = PageOverlay.Empty(page).Merge(new OverlayChanges(page, PageOverlay.LastOf(page), [])).WithWords([post]);
            await bed.Log.Inner.SaveOverlay(Stream, new Overlay(page, overlay.Through, overlay.Encode()), default);
        }
        var part = await Search(bed, "needle");
        part.Messages.ShouldBeEmpty();
        // A page of history spans four of these at most.
        (Pages - 1 - PageOverlay.PageOf(part.Next.ShouldNotBeNull())).ShouldBeInRange(Limits.SearchedStretches, Limits.SearchedStretches + 4);
        output.WriteLine($"{bed.Log.Calls("ReadOverlays", "thread/")} reads of overlays for {Limits.SearchedStretches} pages");
        bed.Log.Calls("ReadOverlays", "thread/").ShouldBeLessThanOrEqualTo((Limits.SearchedStretches / GrainLimits.WordsPerRead) + 1);
        bed.Log.Calls("ReadBackward", "thread/").ShouldBe(0);
        var rest = await Search(bed, "needle", part.Next);
        (rest.Messages.Single().Number, rest.Next).ShouldBe((1, null));
    }

    // Messages of one page that has ended and is stored, one of them edited.
    private static async Task<long> Ended(TestBed bed, string text, string edit)
    {
        await bed.Opened();
        await Post(bed, "kept");
        var message = await Post(bed, text);
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new EditMessage(message, edit)));
        await Task.WhenAll(Enumerable.Range(0, Limits.OverlaySpan + 20).Select(_ => Post(bed, "kept")));
        await bed.Restart();
        await bed.Thread().Wake(default);
        return message;
    }

    private static async Task SearchesAgree(TestBed bed, Random random, string why)
    {
        var everything = new List<Message>();
        for (long? before = null, older = 0; older is not null; before = older)
        {
            var page = await bed.Thread().History(new HistoryRequest(Before: before, Limit: Limits.HistoryPage, Caller: Caller.Backend("api")), default);
            everything.AddRange(page.Messages.Reverse());
            older = page.Older;
        }
        for (var i = 0; i < 6; i++)
        {
            var query = string.Join(' ', Enumerable.Range(0, random.Next(1, 3)).Select(_ => Word(random)));
            query = query[..random.Next(1, query.Length + 1)].Trim();
            MessageSearch.Check(ThreadState.Empty, new SearchRequest(query, Caller: Caller.Backend("api")), out var search).ShouldBeNull();
            var expected = everything.Where(message => !message.Deleted && search.Matches(message.Text)).Select(message => message.Number).ToList();
            var (found, limit) = (new List<long>(), random.Next(1, Limits.SearchPage + 1));
            for (long? before = null, next = 0; next is not null; before = next)
            {
                var page = await Search(bed, query, before, limit);
                found.AddRange(page.Messages.Select(message => message.Number));
                // What is passed on for the next page has all of the rest below it, and nothing that was found.
                found.ShouldBe(expected.Take(found.Count), $"{why}: '{query}'");
                if (page.Next is { } from) (expected.Count(number => number >= from), from < (before ?? long.MaxValue)).ShouldBe((found.Count, true), $"{why}: '{query}'");
                next = page.Next;
            }
            found.ShouldBe(expected, $"{why}: '{query}'");
        }
    }

    private static async Task<List<PageOverlay>> StoredPages(TestBed bed) =>
        [.. (await bed.Log.Inner.ReadOverlays(Stream, 0, 100, default)).Select(overlay => PageOverlay.Decode(overlay.Page, overlay.Through, overlay.Payload))];

    private static async Task<List<PageOverlay>> StoredWords(TestBed bed) => (await StoredPages(bed)).FindAll(page => page.Words is not null);

    private static async Task<bool> Denies(TestBed bed)
    {
        MessageSearch.Check(ThreadState.Empty, new SearchRequest(Secret, Caller: Caller.Backend("api")), out var search).ShouldBeNull();
        return search.RulesOut((await StoredPages(bed))[0].Words.ShouldNotBeNull(), []);
    }

    private static async Task<string> Payloads(TestBed bed) => string.Join('\n', (await StoredPages(bed)).Select(page => Encoding.UTF8.GetString(page.Encode())));

    private static async Task<string> Items(TestBed bed)
    {
        var page = await bed.Log.Inner.ReadForward(Stream, 1, ReadLimit.Default, default);
        return string.Concat(page.Batches.Select(batch => Encoding.UTF8.GetString(batch.Events.Span)));
    }

    private static ValueTask<SearchResults> Search(TestBed bed, string query, long? before = null, int limit = Limits.SearchPage) =>
        bed.Thread().Search(new SearchRequest(query, before, limit, Caller.Backend("api")), default);

    private static async Task<long> Post(TestBed bed, string text) => (await TestBed.Accepted(bed.Thread(), bed.Alone(bed.ByBackend(new PostMessage(text))))).First;

    private static string Sentence(Random random) => string.Join(' ', Enumerable.Range(0, random.Next(1, 7)).Select(_ => Word(random)));

    // Some words are in every page, most in few: the higher the rarer.
    private static string Word(Random random)
    {
        var rank = (int)(Math.Pow(random.NextDouble(), 3) * 4_000);
        return $"{(char)('a' + rank % 26)}{(char)('a' + rank / 26 % 26)}{rank}";
    }
}
