using Actors.Contracts;
using Actors.Meetings;
using Actors.Storage;

namespace Actors.Grains;

/// <summary>
/// What a thread's state does not hold: posts from the log, and what became of them from overlays. Reads both (together one or two round
/// trips), keeps the few last used, and writes overlays behind.
/// </summary>
internal sealed class ThreadTexts(string stream, IEventLog eventLog, HotTail tail, OverlayBuffer buffer, Func<ThreadState> durable, Action<string> stepDown)
{
    private readonly BoundedCache<long, Recorded> _posts = new(GrainLimits.PostsCached);
    private readonly BoundedCache<long, PageOverlay> _overlays = new(GrainLimits.OverlaysCached);
    private readonly SemaphoreSlim _flushing = new(1);

    /// <summary>Everything since the overlays were stored; fed with every event.</summary>
    public OverlayBuffer Buffer { get; } = buffer;

    /// <summary>Which pages a search may pass over.</summary>
    public PageWords Words { get; } = new(stream, eventLog, buffer);

    /// <summary>The message as it is now, from memory; null where <see cref="Load"/> has to be called (again).</summary>
    public MessageFacts? Facts(long message)
    {
        var overlay = Cached(PageOverlay.PageOf(message));
        return overlay is null || Post(message) is not { } post ? null : MessageFacts.Of(post, overlay, Buffer);
    }

    /// <summary>Brings a message's post and its page's overlay into memory.</summary>
    public async Task Load(long message, CancellationToken cancellation)
    {
        var page = PageOverlay.PageOf(message);
        var overlays = Cached(page) is null ? ReadOverlays(page, page, cancellation) : Task.CompletedTask;
        if (Post(message) is null)
        {
            foreach (var recorded in await ReadPosts(message, message, cancellation))
                if (recorded.Number == message) _posts.Set(message, recorded);
            if (Post(message) is null) throw new StreamCorruptedException(stream, $"event {message} is no message, but the state says so");
        }
        await overlays;
    }

    public async ValueTask<HistoryPage> Page(HistoryPlan plan, CancellationToken cancellation)
    {
        if (plan.IsEmpty) return History.Assemble(plan, [], [], Buffer);
        var posts = FromTail(plan) is { } inMemory ? Task.FromResult(inMemory) : ReadPosts(plan.From, plan.Through, cancellation);
        for (var attempt = 0; attempt < GrainLimits.Rereads; attempt++)
        {
            if (!AreCached(plan)) await ReadOverlays(plan.FirstPage, plan.LastPage, cancellation);
            var read = await posts;
            // A flush may have stored newer overlays meanwhile.
            if (AreCached(plan)) return History.Assemble(plan, read, Pages(plan).Select(page => Cached(page)!), Buffer);
        }
        throw new SteppedDownException($"{stream}: its overlays change faster than they can be read.");
    }

    /// <summary>Stores the overlays of all pages that something durable happened to, or that have ended; false where one could not be.</summary>
    public async Task<bool> FlushAll()
    {
        foreach (var page in Buffer.EndedPages)
        {
            if (PageOverlay.LastOf(page) > durable().Version) continue;
            if (!durable().MessagesOf(page).Any()) Buffer.LetGo(page);
            else if (!await Flush(page)) return false;
        }
        foreach (var page in Buffer.DirtyPages)
            if (!await Flush(page)) return false;
        return true;
    }

    /// <summary>Stores one page's overlay through the last durable event, once the page has ended with the words of its messages.</summary>
    public async Task<bool> Flush(long page)
    {
        await _flushing.WaitAsync();
        try
        {
            if (Cached(page) is null) await ReadOverlays(page, page, CancellationToken.None);
            if (Cached(page) is not { } before) return false;
            var merged = before.Merge(Buffer.Changes(page, durable().Version));
            // Words are read anew rather than added to: of what was deleted up to here nothing may stay behind.
            var posts = merged.LacksWords ? await PostsOf(page) : null;
            (merged, var payload) = await Task.Run(() => Encoded(posts is null ? merged : merged.WithWords(posts)));
            if (!await eventLog.SaveOverlay(stream, new Overlay(page, merged.Through, payload), CancellationToken.None))
            {
                // Only a writer that knows later events stores such an overlay.
                stepDown("Somebody else stored a later overlay.");
                return false;
            }
            Buffer.Flushed(page, merged.Through);
            _overlays.Set(page, merged);
            Words.Keep(page, merged.Through, merged.Words);
            return true;
        }
        finally
        {
            _flushing.Release();
        }
    }

    private static (PageOverlay Overlay, byte[] Payload) Encoded(PageOverlay overlay) => (overlay, overlay.Encode());

    public void Forget(long message) => _posts.Remove(message);

    private Recorded? Post(long message) => tail.Find(message) ?? (_posts.TryGet(message, out var post) ? post : null);

    private PageOverlay? Cached(long page) =>
        _overlays.TryGet(page, out var overlay) && Buffer.Completes(page, overlay.Through) ? overlay : null;

    private bool AreCached(HistoryPlan plan) => Pages(plan).All(page => Cached(page) is not null);

    private static IEnumerable<long> Pages(HistoryPlan plan)
    {
        for (var page = plan.FirstPage; page <= plan.LastPage; page++) yield return page;
    }

    private List<Recorded>? FromTail(HistoryPlan plan) =>
        plan.From > tail.Floor ? [.. plan.Messages.Select(number => tail.Find(number) ?? throw new InvalidOperationException("A durable event is not in memory."))] : null;

    private async ValueTask<List<Recorded>> PostsOf(long page)
    {
        var plan = new HistoryPlan([.. durable().MessagesOf(page)], Older: null, Newer: null);
        return plan.IsEmpty ? [] : FromTail(plan) ?? await ReadPosts(plan.From, plan.Through, CancellationToken.None);
    }

    // Backwards, since that takes one round trip wherever the numbers lie.
    private async Task<List<Recorded>> ReadPosts(long from, long through, CancellationToken cancellation)
    {
        var posts = new List<Recorded>();
        for (var next = through; next >= from;)
        {
            var limit = ReadLimit.OfEvents((int)Math.Min(next - from + 1, ReadLimit.MaxEvents));
            var page = await eventLog.ReadBackward(stream, next, limit, cancellation).OrAskAgain();
            if (page.Batches.IsEmpty) throw new StreamCorruptedException(stream, $"event {next} is missing");
            foreach (var batch in page.Batches)
                posts.AddRange(EventCodec.Decode(batch.Version, batch.Count, batch.At, batch.Events.Span).Where(one => one.Event is MessagePosted));
            next = page.Batches[^1].Version - 1;
        }
        return posts;
    }

    private async Task ReadOverlays(long first, long last, CancellationToken cancellation)
    {
        var stored = (await eventLog.ReadOverlays(stream, first, last, cancellation).OrAskAgain()).ToDictionary(overlay => overlay.Page);
        for (var page = first; page <= last; page++)
        {
            var read = stored.TryGetValue(page, out var overlay) ? PageOverlay.Decode(page, overlay.Through, overlay.Payload) : PageOverlay.Empty(page);
            // An older answer must not replace what a flush has put here meanwhile.
            if (Cached(page) is not { } known || known.Through < read.Through) _overlays.Set(page, read);
        }
    }
}
