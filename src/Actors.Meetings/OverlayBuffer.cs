using System.Collections.Immutable;
using System.Text;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// What has happened to messages since their page's overlay was stored. The thread's shell feeds it every event it evolves, from the snapshot
/// it started with on, and writes overlays from it. Owned by one grain, not thread-safe.
/// <para>
/// The rule that makes it crash-proof: a snapshot of the state at version V is saved only when every page in <see cref="DirtyPages"/> has
/// been flushed through V, and every page in <see cref="EndedPages"/> that V has passed; the tail that a new activation replays then holds
/// whatever no overlay has yet, and the end of every page whose words are not stored.
/// </para>
/// </summary>
public sealed class OverlayBuffer
{
    /// <summary>Changes that may wait; more would make a flush, and a page's read, slow.</summary>
    public const int MaxChanges = 4_096;

    /// <summary>Bytes of edited text that may wait.</summary>
    public const int MaxTextBytes = 1024 * 1024;

    private readonly SortedDictionary<long, SortedDictionary<long, List<Recorded>>> pages = [];
    private readonly Dictionary<long, long> flushed = [];
    private readonly SortedSet<long> ended = [];
    private int textBytes;

    /// <summary>Changes that wait for a flush.</summary>
    public int Count { get; private set; }

    /// <summary>Nothing that changes a message may be decided before some page has been flushed.</summary>
    public bool IsFull => Count >= MaxChanges || textBytes >= MaxTextBytes;

    public ImmutableArray<long> DirtyPages => [.. pages.Keys];

    /// <summary>Pages that have ended since their overlay was stored: their words are not yet. Those without messages may be let go.</summary>
    public ImmutableArray<long> EndedPages => [.. ended];

    public void Evolve(Recorded recorded)
    {
        if (PageOverlay.LastOf(PageOverlay.PageOf(recorded.Number)) == recorded.Number) ended.Add(PageOverlay.PageOf(recorded.Number));
        if (MessageOverlay.MessageOf(recorded.Event) is not { } message) return;
        var page = PageOverlay.PageOf(message);
        if (!pages.TryGetValue(page, out var messages)) pages.Add(page, messages = []);
        if (!messages.TryGetValue(message, out var changes)) messages.Add(message, changes = []);
        // Also a deleted message's earlier texts stay until a flush: an overlay may be written before the deletion is durable.
        changes.Add(recorded);
        Count++;
        textBytes += TextBytes(recorded);
    }

    /// <summary>What an overlay of <paramref name="page"/> through <paramref name="durable"/> has to merge. Pass nothing that is not durable.</summary>
    public OverlayChanges Changes(long page, long durable)
    {
        if (!pages.TryGetValue(page, out var messages)) return new OverlayChanges(page, durable, []);
        var events = messages.Values.SelectMany(changes => changes).Where(change => change.Number <= durable);
        return new OverlayChanges(page, durable, [.. events.OrderBy(change => change.Number)]);
    }

    /// <summary>The overlay of <paramref name="page"/> through <paramref name="through"/> is stored.</summary>
    public void Flushed(long page, long through)
    {
        flushed[page] = Math.Max(through, flushed.GetValueOrDefault(page));
        if (PageOverlay.LastOf(page) <= through) ended.Remove(page);
        if (!pages.TryGetValue(page, out var messages)) return;
        foreach (var (message, changes) in messages.ToList())
        {
            Drop(changes, through);
            if (changes.Count == 0) messages.Remove(message);
        }
        if (messages.Count == 0) pages.Remove(page);
    }

    /// <summary>An ended page has no messages: there is nothing to store of it.</summary>
    public void LetGo(long page) => ended.Remove(page);

    /// <summary>Texts of a page that its stored overlay does not know yet, those of deleted messages perhaps among them.</summary>
    public IEnumerable<string> EditedTexts(long page) =>
        pages.TryGetValue(page, out var messages) ? messages.Values.SelectMany(changes => changes).Select(change => change.Event).OfType<MessageEdited>().Select(edited => edited.Text) : [];

    /// <summary>
    /// Whether a stored overlay together with this buffer tells everything. False where a newer one was stored since it was read (0: there
    /// was none): read it again.
    /// </summary>
    public bool Completes(long page, long through) => through >= flushed.GetValueOrDefault(page);

    /// <summary>One message as it is now: what was stored, and what has happened since.</summary>
    public MessageOverlay Overlay(long message, PageOverlay? stored)
    {
        var page = PageOverlay.PageOf(message);
        if (!Completes(page, stored?.Through ?? 0)) throw new InvalidOperationException($"The overlay of page {page} is older than the last flush.");
        var result = stored?[message] ?? MessageOverlay.None;
        if (!pages.TryGetValue(page, out var messages) || !messages.TryGetValue(message, out var changes)) return result;
        foreach (var change in changes)
            if (change.Number > (stored?.Through ?? 0)) result = result.Apply(change);
        return result;
    }

    private void Drop(List<Recorded> changes, long through)
    {
        foreach (var change in changes)
            if (change.Number <= through) (Count, textBytes) = (Count - 1, textBytes - TextBytes(change));
        changes.RemoveAll(change => change.Number <= through);
    }

    private static int TextBytes(Recorded recorded) =>
        recorded.Event is MessageEdited edited ? Encoding.UTF8.GetByteCount(edited.Text) : 0;
}
