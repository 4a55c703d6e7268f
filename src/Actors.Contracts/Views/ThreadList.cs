using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>What a thread is called in its tenant: by its meeting and its place there, or as a channel.</summary>
[GenerateSerializer, Immutable, Alias("thread_name")]
public sealed record ThreadName(string? Meeting = null, string? Thread = null, string? Channel = null)
{
    /// <summary>Key of its <see cref="IThreadGrain"/>.</summary>
    public string KeyIn(string tenant) => Channel is { } channel ? Ids.ChannelKey(tenant, channel) : Ids.ThreadKey(tenant, Meeting!, Thread!);

    /// <summary>The name in a key of <see cref="KeyIn"/>.</summary>
    public static ThreadName OfKey(string key) => key.Split('/') switch
    {
        [_, var channel] => new ThreadName(Channel: channel),
        [_, var meeting, var thread] => new ThreadName(meeting, thread),
        _ => throw new ArgumentException($"'{key}' is not a thread's key.", nameof(key)),
    };
}

/// <summary>A part of a tenant's register of threads.</summary>
/// <param name="Query">What the threads are to be searched for; refused here where each of them would. Null: they are not searched.</param>
/// <param name="Position">Where to go on: <see cref="ListedThread.Position"/> or <see cref="ThreadListPage.Next"/>; null: with the newest.</param>
/// <param name="Including">With the thread at the position, if there is one, else after it.</param>
/// <param name="Reader">Without the threads whose names tell that this user does not read them: direct ones of others, and waiting rooms'.</param>
[GenerateSerializer, Immutable, Alias("thread_list_request")]
public sealed record ThreadListRequest(
    string? Query = null, string? Position = null, bool Including = false, string? Reader = null, int Limit = Limits.ThreadListPage);

/// <param name="Position">In the register; of one length for all threads, and never another thread's.</param>
[GenerateSerializer, Immutable, Alias("listed_thread")]
public sealed record ListedThread(string Position, ThreadName Name);

/// <summary>Threads with messages, the one that got its first message last first. A page may be short, even empty, and not the last.</summary>
/// <param name="Next">To go on after; null at the end.</param>
[GenerateSerializer, Immutable, Alias("thread_list_page")]
public sealed record ThreadListPage(ImmutableArray<ListedThread> Threads, string? Next = null, Refusal? Refusal = null);
