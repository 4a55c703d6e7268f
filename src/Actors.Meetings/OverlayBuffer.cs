using System.Collections.Immutable;
using System.Text;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// What has happened to messages since their page's overlay was stored. The thread's shell feeds it every event it evolves, from the snapshot
/// it started with on, and writes overlays from it. Owned by one grain, not thread-safe.
/// <para>
/// The rule that makes it crash-proof: a snapshot of the state at version V is saved only when every page in <see cref="DirtyPages"/> has
/// been flushed through V; the tail that a new activation replays then holds whatever no overlay has yet.
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
    private int textBytes;

    /// <summary>Changes that wait for a flush.</summary>
    public int Count { get; private set; }

    /// <summary>Nothing that changes a message may be decided before some page has been flushed.</summary>
    public bool IsFull => Count >= MaxChanges || textBytes >= MaxTextBytes;

    public ImmutableArray<long> DirtyPages => [.. pages.Keys];

    public void Evolve(Recorded recorded)
    {
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
        if (!pages.TryGetValue(page, out var messages)) return;
        foreach (var (message, changes) in messages.ToList())
        {
            Drop(changes, through);
            if (changes.Count == 0) messages.Remove(message);
        }
        if (messages.Count == 0) pages.Remove(page);
    }

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
