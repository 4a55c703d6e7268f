using System.Globalization;
using Actors.Contracts;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>The threads of one user. Titles are kept; what changes with every message is asked of the threads.</summary>
[Reentrant]
public sealed class InboxGrain(
    [PersistentState("inbox", TenantGrain.Storage)] IPersistentState<InboxThreads> stored, GrainServices services, ILogger<InboxGrain> logger) : Grain, IInboxGrain
{
    /// <summary>Threads asked at once: a list must not start a thousand activations together.</summary>
    private const int Concurrency = 16;

    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly InboxReaders _readers = new(services.Clock, services.Stopping);
    private Task _writing = Task.CompletedTask;

    public async ValueTask Add(string thread, string title, DateTimeOffset since)
    {
        var threads = stored.State.Threads;
        if (threads.Any(known => known.Thread == thread && known.Title == title))
        {
            await _writing;
            return;
        }
        var kept = threads.Where(known => known.Thread != thread);
        stored.State = new InboxThreads { Threads = [.. kept.TakeLast(Limits.ThreadsPerInbox - 1), new InboxEntry(thread, title, since)] };
        await (_writing = Write(_writing));
        _readers.Changed(thread);
    }

    public async ValueTask Refresh(string channel, DateTimeOffset since, long seen)
    {
        // One at a time: of two answers the later must be written last.
        await _refreshing.WaitAsync();
        try
        {
            var asked = new ViewRequest(Audience.Members, seen, User);
            var view = await GrainFactory.GetGrain<IThreadGrain>(channel).View(asked, CancellationToken.None) as ThreadView;
            if (view?.Own is not null) await Add(channel, view.Name ?? "", since);
            else await Remove(channel);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private async Task Remove(string thread)
    {
        if (stored.State.Threads.All(known => known.Thread != thread))
        {
            await _writing;
            return;
        }
        stored.State = new InboxThreads { Threads = [.. stored.State.Threads.Where(known => known.Thread != thread)] };
        await (_writing = Write(_writing));
        _readers.Changed(thread);
    }

    public ValueTask Mentioned(string thread)
    {
        if (stored.State.Threads.Any(known => known.Thread == thread)) _readers.Changed(thread);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<InboxPage> List(InboxRequest request, CancellationToken cancellation)
    {
        // Before the threads: what changes meanwhile is news after it.
        var cursor = _readers.Cursor;
        if (!TryPosition(request.After, out var after)) return new InboxPage([], Refusal: Refusal.InvalidArgument);
        var limit = Math.Clamp(request.Limit, 1, Limits.InboxPage);
        var rest = stored.State.Threads.Where(entry => after is not { } from || IsBehind(entry, from)).Order(NewestFirst).Take(limit + 1).ToArray();
        var entries = rest[..Math.Min(limit, rest.Length)];
        using var slots = new SemaphoreSlim(Concurrency);
        var asked = await Task.WhenAll(entries.Select(entry => Ask(entry, slots, cancellation)));
        return new InboxPage([.. asked.OfType<InboxEntry>()], rest.Length > limit ? Position(entries[^1]) : null, Cursor: cursor);
    }

    public ValueTask<InboxNews> Watch(long after, TimeSpan hold, CancellationToken cancellation) => _readers.Read(after, hold, cancellation);

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _readers.Close();
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    // By when the user came into each, then by its name: who goes on from one that has gone since misses none.
    private static readonly Comparer<InboxEntry> NewestFirst = Comparer<InboxEntry>.Create(
        static (one, other) => Compare((one.Since.UtcTicks, one.Thread), (other.Since.UtcTicks, other.Thread)));

    private static int Compare((long Since, string Thread) one, (long Since, string Thread) other) =>
        one.Since != other.Since ? other.Since.CompareTo(one.Since) : string.CompareOrdinal(one.Thread, other.Thread);

    private static bool IsBehind(InboxEntry entry, (long Since, string Thread) position) => Compare((entry.Since.UtcTicks, entry.Thread), position) > 0;

    private static string Position(InboxEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Since.UtcTicks}.{entry.Thread}");

    private static bool TryPosition(string? text, out (long Since, string Thread)? position)
    {
        position = null;
        if (text is null) return true;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var since)) return false;
        position = (since, text[(dot + 1)..]);
        return true;
    }

    private string User => this.GetPrimaryKeyString().Split('/')[1];

    // Null where the user is no member any more: of a meeting people stay readers of what they were told, of a channel they do not.
    private async Task<InboxEntry?> Ask(InboxEntry entry, SemaphoreSlim slots, CancellationToken cancellation)
    {
        await slots.WaitAsync(cancellation);
        try
        {
            var asked = new ViewRequest(Audience.Members, Participant: User);
            var view = await GrainFactory.GetGrain<IThreadGrain>(entry.Thread).View(asked, cancellation) as ThreadView;
            if (Ids.IsChannelKey(entry.Thread) && view is { Own: null }) return null;
            return entry with
            {
                Title = view?.Name ?? entry.Title,
                LastMessage = view?.LastMessage ?? 0,
                LastMessageAt = view?.LastMessageAt,
                Unread = view?.Own?.Unread ?? 0,
                Mentions = view?.Own?.Mentions ?? 0,
            };
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // One thread out of reach must not hide the others.
            Log.EffectFailed(logger, fault, entry.Thread, "the inbox's question");
            return entry;
        }
        finally
        {
            slots.Release();
        }
    }

    // One write at a time; each writes whatever is there when its turn comes.
    private async Task Write(Task before)
    {
        await before.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Current);
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            // Nobody waits here for what this activation will not tell.
            _readers.Close();
            DeactivateOnIdle();
            throw;
        }
    }
}

/// <summary>Stored: of collections that every serializer of grain storage can read. A list is replaced, never changed.</summary>
[GenerateSerializer, Alias("inbox_threads")]
public sealed class InboxThreads
{
    /// <summary>Oldest first.</summary>
    [Id(0)]
    public List<InboxEntry> Threads { get; set; } = [];
}
