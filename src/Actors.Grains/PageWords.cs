using Actors.Meetings;
using Actors.Storage;

namespace Actors.Grains;

/// <summary>The words of a thread's pages, as stored with their overlays: which pages a search may pass over. Keeps those last used.</summary>
internal sealed class PageWords(string stream, IEventLog eventLog, OverlayBuffer buffer)
{
    private readonly BoundedCache<long, (long Through, WordFilter? Words)> _known = new(GrainLimits.WordsCached);

    /// <summary>An overlay was read or stored. An older answer does not replace a newer one.</summary>
    public void Keep(long page, long through, WordFilter? words)
    {
        if (!_known.TryGet(page, out var known) || known.Through <= through) _known.Set(page, (through, words));
    }

    /// <summary>No message of the page matches now. Decided on what memory holds in this turn; false where that is not enough.</summary>
    public bool RuleOut(long page, MessageSearch search) =>
        Known(page) is { } known && search.RulesOut(known.Words, buffer.EditedTexts(page));

    /// <summary>Brings the words of a plan's pages, and of some before them, into memory. A page that has not ended has none.</summary>
    public async ValueTask Load(HistoryPlan plan, long durable, CancellationToken cancellation)
    {
        if (plan.IsEmpty) return;
        var last = Math.Min(plan.LastPage, PageOverlay.PageOf(durable + 1) - 1);
        while (last >= plan.FirstPage && Known(last) is not null) last--;
        if (last < plan.FirstPage) return;
        var first = Math.Max(0, last - GrainLimits.WordsPerRead + 1);
        var stored = (await eventLog.ReadOverlays(stream, first, last, cancellation).OrAskAgain()).ToDictionary(overlay => overlay.Page);
        for (var page = first; page <= last; page++)
        {
            var read = stored.TryGetValue(page, out var overlay) ? PageOverlay.Decode(page, overlay.Through, overlay.Payload) : PageOverlay.Empty(page);
            Keep(page, read.Through, read.Words);
        }
    }

    private (long Through, WordFilter? Words)? Known(long page) => _known.TryGet(page, out var known) && buffer.Completes(page, known.Through) ? known : null;
}
