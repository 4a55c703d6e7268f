using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>A thread in somebody's inbox.</summary>
/// <param name="Mentions">Unread messages that mention them.</param>
/// <param name="LastMessageAt">When the newest message was posted; null where there is none.</param>
[GenerateSerializer, Immutable, Alias("inbox_entry")]
public sealed record InboxEntry(
    string Thread, string Title, DateTimeOffset Since, long LastMessage = 0, int Unread = 0, int Mentions = 0, DateTimeOffset? LastMessageAt = null);

/// <summary>A part of somebody's inbox, the threads first in which they are last.</summary>
/// <param name="After">Where the page before said to go on; null: from the newest.</param>
[GenerateSerializer, Immutable, Alias("inbox_request")]
public sealed record InboxRequest(string? After = null, int Limit = Limits.InboxPage);

/// <summary>A page may be short, even empty, and not the last: <paramref name="Next"/> is null at the end.</summary>
/// <param name="Cursor">Of the changes that the page accounts for, for <see cref="IInboxGrain.Watch"/>.</param>
[GenerateSerializer, Immutable, Alias("inbox_page")]
public sealed record InboxPage(ImmutableArray<InboxEntry> Threads, string? Next = null, Refusal? Refusal = null, long Cursor = 0);

/// <summary>Changes of an inbox since a cursor. They are not stored: where memory does not reach back, <paramref name="More"/> says that there may have been any.</summary>
/// <param name="Threads">Keys of the threads that changed, <see cref="Limits.InboxChanges"/> at most.</param>
/// <param name="More">Others may have changed too.</param>
[GenerateSerializer, Immutable, Alias("inbox_news")]
public sealed record InboxNews(long Cursor, ImmutableArray<string> Threads, bool More = false);
