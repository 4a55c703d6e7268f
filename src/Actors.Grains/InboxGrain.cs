using System.Collections.Immutable;
using Actors.Contracts;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>The threads of one user. Titles are kept; what changes with every message is asked of the threads.</summary>
[Reentrant]
public sealed class InboxGrain(
    [PersistentState("inbox", TenantGrain.Storage)] IPersistentState<InboxThreads> stored, ILogger<InboxGrain> logger) : Grain, IInboxGrain
{
    /// <summary>Threads asked at once: a list must not start a thousand activations together.</summary>
    private const int Concurrency = 16;

    private readonly SemaphoreSlim _refreshing = new(1);
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
    }

    public async ValueTask<ImmutableArray<InboxEntry>> List(CancellationToken cancellation)
    {
        var entries = stored.State.Threads.AsEnumerable().Reverse().ToArray();
        using var slots = new SemaphoreSlim(Concurrency);
        return [.. (await Task.WhenAll(entries.Select(entry => Ask(entry, slots, cancellation)))).OfType<InboxEntry>()];
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
