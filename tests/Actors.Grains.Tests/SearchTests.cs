using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>Search through a thread on real grains: it says what history says.</summary>
public sealed class SearchTests
{
    [Fact]
    public async Task E7_a_search_goes_back_through_the_whole_thread_in_bounded_parts_and_misses_nothing()
    {
        await using var bed = await TestBed.Start();
        var post = await Posting(bed);
        const int Count = (Limits.SearchedPages * Limits.HistoryPage) + 300;
        var numbers = new List<long>();
        foreach (var some in Enumerable.Range(0, Count).Chunk(500)) numbers.AddRange(await Task.WhenAll(some.Select(i => post(i % 100 == 0 ? "the needle" : "hay"))));
        var needles = (await All(bed, "need", out var parts)).Select(one => one.Number).ToList();
        needles.Count.ShouldBe(Count / 100);
        needles.ShouldBe(needles.OrderDescending());
        parts.Value.ShouldBeGreaterThan(1);
        // Words that are in every stretch and in no message together take a bounded number of reads a part, and the search comes to its end.
        await bed.Kill();
        await bed.Thread().Wake(default);
        bed.Log.ForgetCalls();
        var nothing = await Search(bed, "hay needle");
        nothing.Messages.ShouldBeEmpty();
        nothing.Next.ShouldNotBeNull();
        (bed.Log.Calls("ReadBackward") + bed.Log.Calls("ReadOverlays")).ShouldBeLessThanOrEqualTo((2 * Limits.SearchedPages) + 2);
        (await All(bed, "hay needle", out _)).ShouldBeEmpty();
        (await Search(bed, "needle", limit: 3)).Messages.Length.ShouldBe(3);
    }

    [Fact]
    public async Task E7_edited_text_is_found_as_it_reads_now_and_deleted_text_is_not_also_under_a_legal_hold()
    {
        await using var bed = await TestBed.Start();
        var post = await Posting(bed);
        var (edited, deleted) = (await post("an apple a day"), await post("an apple pie"));
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new HoldThread(true)));
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new EditMessage(edited, "a pear a day")));
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new DeleteMessage(deleted)));
        for (var life = 0; life < 2; life++)
        {
            (await Search(bed, "apple")).Messages.ShouldBeEmpty();
            (await Search(bed, "day PÉAR")).Messages.Single().Text.ShouldBe("a pear a day");
            await bed.Kill();
        }
        (await bed.Thread().Search(new SearchRequest("pear", Caller: Caller.Participant("stranger")), default)).Refusal.ShouldBe(Refusal.NotJoined);
        (await bed.Thread().Search(new SearchRequest("?", Caller: Caller.Participant("ann")), default)).Refusal.ShouldBe(Refusal.InvalidArgument);
    }

    private static ValueTask<SearchResults> Search(TestBed bed, string query, long? before = null, int limit = Limits.SearchPage) =>
        bed.Thread().Search(new SearchRequest(query, before, limit, Caller.Backend("api")), default);

    private static Task<List<Message>> All(TestBed bed, string query, out System.Runtime.CompilerServices.StrongBox<int> parts)
    {
        var counted = parts = new System.Runtime.CompilerServices.StrongBox<int>();
        return Read();

        async Task<List<Message>> Read()
        {
            var found = new List<Message>();
            long? before = null;
            do
            {
                var page = await Search(bed, query, before);
                found.AddRange(page.Messages);
                before = page.Next;
                counted.Value++;
            }
            while (before is not null);
            return found;
        }
    }

    private static async Task<Func<string, Task<long>>> Posting(TestBed bed)
    {
        var joined = await TestBed.Accepted(await bed.Opened(), bed.Joining("ann", Role.Host));
        return async text => (await TestBed.Accepted(bed.Thread(), bed.Alone(bed.By("ann", new PostMessage(text), meetingSeen: joined.Last)))).First;
    }
}
