using Orleans.Concurrency;

namespace Actors.Contracts;

/// <summary>What every stream offers: commands in, events out. Implemented by meetings, rooms and threads.</summary>
public interface IStreamGrain : IGrainWithStringKey
{
    /// <summary>
    /// Decides a command; answers when the outcome is durable. One attempt may take longer than <see cref="Limits.AppendDeadline"/>, and no longer than half
    /// of <see cref="Limits.CommandDeadline"/>: a silo that hangs has been declared dead by then, and the next attempt finds the stream's new home.
    /// </summary>
    [ResponseTimeout("00:00:10")]
    ValueTask<Answer> Execute(Request request, CancellationToken cancellation);

    /// <summary>Everything durable after the reader's number, now or as soon as there is something, after <see cref="Limits.ReadHold"/> at the latest.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:15")]
    ValueTask<StreamPage> Read(ReadRequest request, CancellationToken cancellation);

    /// <summary>The state as one class of audience sees it, durable. Null where nothing was ever created under this key.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:10")]
    ValueTask<View?> View(ViewRequest request, CancellationToken cancellation);

    /// <summary>The log as stored, from <paramref name="after"/> + 1.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<LogPage> Log(long after, int limit, CancellationToken cancellation);

    /// <summary>Something transient for the readers, which may be lost; null where its sender may send it here.</summary>
    /// <param name="meetingSeen">On rooms and threads: what of the meeting has to be known here first.</param>
    [AlwaysInterleave, ResponseTimeout("00:00:05")]
    ValueTask<Refused?> Signal(Signal signal, long meetingSeen);

    /// <summary>Does what is due: deadlines, unfinished effects. Reminders and operators call it.</summary>
    [ResponseTimeout("00:00:20")]
    ValueTask Wake(CancellationToken cancellation);
}

/// <summary>A meeting: key <see cref="Ids.MeetingKey"/>. The truth about who is where.</summary>
public interface IMeetingGrain : IStreamGrain
{
    /// <summary>
    /// What a room (<paramref name="thread"/> false) or thread of <paramref name="place"/> has to apply after its cursor. Null where the meeting or place does not exist.
    /// An activation that is behind <paramref name="seen"/> does not answer.
    /// </summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<RosterUpdate?> Roster(string place, bool thread, long after, long seen, CancellationToken cancellation);

    /// <summary>Which direct threads there are, as of <paramref name="seen"/> or later. They only become more.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<MeetingDirects> Directs(long seen, CancellationToken cancellation);

    /// <summary>Whether somebody is in the meeting, and as what, as of <paramref name="seen"/> or later.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<MeetingStanding> Standing(string participant, long seen, CancellationToken cancellation);

    /// <summary>A page of everybody in the meeting, durable. Null where nothing was ever created under this key.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<PeoplePage?> People(PeopleRequest request, CancellationToken cancellation);

    /// <summary>A page of who was in which place, also of a meeting that ended; from the log, so durable. Null where nothing was ever created under this key.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<PlacesPage?> Places(PlacesRequest request, CancellationToken cancellation);

    /// <summary>A page of the occurrences that its series has planned after this one. Null where nothing was ever created under this key.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<PlannedPage?> Planned(PlannedRequest request, CancellationToken cancellation);
}

/// <summary>A grain that follows a meeting.</summary>
public interface IReceiverGrain : IStreamGrain
{
    /// <summary>Applies what the meeting says and answers with the cursor afterwards, durable. One lower than the update's shows that a full update is needed.</summary>
    [ResponseTimeout("00:00:20")]
    ValueTask<long> Apply(RosterUpdate update, CancellationToken cancellation);
}

/// <summary>A breakout room: key <see cref="Ids.RoomKey"/>.</summary>
public interface IRoomGrain : IReceiverGrain;

/// <summary>A chat thread: key <see cref="Ids.ThreadKey"/>, or <see cref="Ids.ChannelKey"/> for a channel, which follows no meeting.</summary>
public interface IThreadGrain : IReceiverGrain
{
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<HistoryPage> History(HistoryRequest request, CancellationToken cancellation);

    /// <summary>Messages with certain words, going back; bounded in what it reads.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<SearchResults> Search(SearchRequest request, CancellationToken cancellation);

    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<Receipts> Receipts(long seen, CancellationToken cancellation);

    /// <summary>Who has received and read one message, a page.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<MessageReceipts> MessageReceipts(MessageReceiptsRequest request, CancellationToken cancellation);

    /// <summary>
    /// The number after which somebody reads the thread, as of the meeting's event <paramref name="meetingSeen"/> or later: 0 reads everything, who waits for
    /// admission what was posted since they came. Null where they are no member.
    /// </summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<long?> ReadsAfter(string participant, long meetingSeen, CancellationToken cancellation);

    /// <summary>A channel's members, <see cref="Limits.MembersPage"/> at most, after the given one.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<ChannelMembersPage> Members(string? after, int limit, long seen, CancellationToken cancellation);
}

/// <summary>A tenant's API keys (hashed): key is the tenant's id.</summary>
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Adds or replaces a key. False where the bound on keys is reached.</summary>
    ValueTask<bool> AddKey(string keyId, string hash);

    ValueTask<bool> RevokeKey(string keyId);

    /// <summary>True where a key with this hash is valid; compared in constant time.</summary>
    [AlwaysInterleave]
    ValueTask<bool> Verify(string keyId, string hash);
}

/// <summary>The lists of a tenant's meetings and threads: key is the tenant's id. They follow the meetings and threads within moments.</summary>
public interface IMeetingsGrain : IGrainWithStringKey
{
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<MeetingListPage> List(MeetingListRequest request, CancellationToken cancellation);

    /// <summary>Id of the newest occurrence of a series; null where there is no such series.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<string?> Current(string series, CancellationToken cancellation);

    /// <summary>The register of the tenant's threads that have messages.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<ThreadListPage> Threads(ThreadListRequest request, CancellationToken cancellation);
}

/// <summary>The threads of one user: key <see cref="Ids.InboxKey"/>.</summary>
public interface IInboxGrain : IGrainWithStringKey
{
    ValueTask Add(string thread, string title, DateTimeOffset since);

    /// <summary>
    /// Its user was added to a channel or removed from it, as of event <paramref name="seen"/>: the inbox asks the channel what is true, so that
    /// neither order nor repetition of these calls matters.
    /// </summary>
    ValueTask Refresh(string channel, DateTimeOffset since, long seen);

    /// <summary>Somebody mentioned its user in a thread. Nothing is stored: only who waits hears of it, and it may be lost.</summary>
    [OneWay, AlwaysInterleave]
    ValueTask Mentioned(string thread);

    /// <summary>Newest first, with last message and unread count asked of each thread.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<InboxPage> List(InboxRequest request, CancellationToken cancellation);

    /// <summary>What has changed since a cursor, now or as soon as there is something: threads came or went, or a message mentions the user.</summary>
    /// <param name="hold">How long to wait; <see cref="Limits.ReadHold"/> at most.</param>
    [AlwaysInterleave, ResponseTimeout("00:00:20")]
    ValueTask<InboxNews> Watch(long after, TimeSpan hold, CancellationToken cancellation);
}
