using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// A chat thread without its texts: who is in it, who has received and read how far, which numbers are messages, and what is still to be
/// erased. A message's number is that of its <see cref="MessagePosted"/>.
/// </summary>
public sealed partial record ThreadState : IStreamState<ThreadState>
{
    private ThreadState() { }

    public static ThreadState Empty { get; } = new();

    public static int Schema => 1;

    public long Version { get; private init; }

    public DateTimeOffset LastTime { get; private init; } = DateTimeOffset.MinValue;

    public CommandMemory Memory { get; private init; } = CommandMemory.Empty;

    /// <summary>Nothing in a thread has a deadline.</summary>
    public DateTimeOffset? Due => null;

    /// <summary>The meeting's event up to which the membership is right.</summary>
    public long Cursor { get; private init; }

    public string Name { get; private init; } = "";

    public SpacePolicy Policy { get; private init; } = new();

    public bool Closed { get; private init; }

    /// <summary>The private chat of two people: both are in <see cref="Known"/> from the first event, whoever of them is in.</summary>
    public bool IsDirect { get; private init; }

    /// <summary>The waiting room's: strangers wait together, so who waits reads what was posted since they came, and no more.</summary>
    public bool IsWaitingRoom { get; private init; }

    /// <summary>Number of the newest message, deleted or not; 0 where there is none.</summary>
    public long LastMessage { get; private init; }

    /// <summary>When it was posted; null where there is none, or where it was before this was kept.</summary>
    public DateTimeOffset? LastMessageAt { get; private init; }

    /// <summary>Pinned messages, none of them deleted, in the order of pinning.</summary>
    public ImmutableArray<long> Pins { get; private init; } = [];

    /// <summary>Under a legal hold: nothing may be erased.</summary>
    public bool Held { get; private init; }

    /// <summary>How long messages are kept; null: for ever.</summary>
    public int? KeepDays { get; private init; }

    /// <summary>The oldest message that is not deleted.</summary>
    public long? Oldest => Messages.FirstLive;

    /// <summary>The first message ever posted, deleted or not; 0 where there is none.</summary>
    public long FirstMessage => Messages.After(0).FirstOrDefault();

    /// <summary>It has messages, and is not known to be in its tenant's register of threads that do.</summary>
    public bool NeedsRegistering => LastMessage > 0 && !Registered;

    private bool Registered { get; init; }

    /// <summary>Messages of one page of numbers, deleted ones included, rising.</summary>
    public IEnumerable<long> MessagesOf(long page) => Messages.After((page * Limits.OverlaySpan) - 1).TakeWhile(number => number <= PageOverlay.LastOf(page));

    /// <summary>Members now.</summary>
    public int Members { get; private init; }

    /// <summary>Deleted messages whose texts are still in storage, by message.</summary>
    public ImmutableSortedDictionary<long, PendingRedaction> Redactions { get; private init; } =
        ImmutableSortedDictionary<long, PendingRedaction>.Empty;

    internal MessageIndex Messages { get; private init; } = MessageIndex.Empty;

    // Messages that mention everyone.
    internal MessageIndex Everyone { get; private init; } = MessageIndex.Empty;

    // Members and, for their receipts, those who left.
    internal ImmutableDictionary<string, ThreadMember> Known { get; private init; } = ImmutableDictionary<string, ThreadMember>.Empty;

    internal ThreadMember? ActiveMember(string? participant) =>
        participant is not null && Known.TryGetValue(participant, out var member) && member.IsActive ? member : null;

    /// <summary>Whose pointers and counts are shown to them: of a direct thread also while they are away.</summary>
    internal ThreadMember? Reader(string? participant) =>
        (IsDirect || IsAsked(participant)) && participant is not null && Known.TryGetValue(participant, out var member) ? member : ActiveMember(participant);

    /// <summary>Who waits for admission in this thread: whoever reads it and could not admit anybody.</summary>
    internal bool Waits(string? participant) => IsWaitingRoom && ActiveMember(participant) is { IsModerator: false };

    /// <summary>The number after which somebody reads; 0: everything.</summary>
    internal long ReadsAfter(string? participant) => Waits(participant) ? Known[participant!].Since : 0;

    internal long ReadsAfter(Caller? caller) => caller?.Kind == CallerKind.Participant ? ReadsAfter(caller.Id) : 0;

    internal long ReadsThrough(Caller? caller) => caller?.Kind == CallerKind.Participant ? ReadsThrough(caller.Id) : long.MaxValue;

    internal MemberPointers Pointers(string participant, ThreadMember member)
    {
        var (seen, last) = (Math.Max(member.Read, member.Since), LastReadable(participant));
        var mentions = member.Mentions.Count(message => message <= last && Messages.IsLive(message)) + Everyone.LiveBetween(seen, last);
        return new MemberPointers(participant, member.Delivered, member.Read, Messages.LiveBetween(seen, last), mentions);
    }

    public ThreadState Evolve(Recorded recorded)
    {
        if (recorded.Number != Version + 1) throw Broken(recorded, $"does not follow {Version}");
        if (recorded.At < LastTime) throw Broken(recorded, "is earlier than its predecessor");
        var next = recorded.Event switch
        {
            MessagePosted posted => Posted(recorded, posted),
            MessageEdited edited => Messages.IsLive(edited.Message) ? this : throw Broken(recorded, "edits what is no message"),
            MessageDeleted deleted => Deleted(recorded, deleted),
            MessageRedacted redacted => this with { Redactions = Redactions.Remove(redacted.Message) },
            ReactionChanged reaction => Messages.IsLive(reaction.Message) ? this : throw Broken(recorded, "reacts to no message"),
            MessagePinned pinned => Messages.IsLive(pinned.Message) ? this with { Pins = Pins.Add(pinned.Message) } : throw Broken(recorded, "pins what is no message"),
            MessageUnpinned unpinned => this with { Pins = Pins.Remove(unpinned.Message) },
            ThreadRegistered => this with { Registered = true },
            HoldChanged hold => this with { Held = hold.On },
            RetentionChanged retention => this with { KeepDays = retention.Days },
            PointersMoved moved => Moved(moved.Pointers),
            PointersGathered gathered => Moved(gathered.Pointers()),
            RosterChanged roster => RosterApplied(recorded.Number, roster),
            ChannelCreated created => Created(recorded, created),
            ChannelChanged changed => Changed(changed),
            MembersAdded added => Added(recorded, added),
            MembersRemoved removed => Removed(recorded, removed),
            InboxesTold told => Told(told.Through),
            NothingChanged => this,
            _ => throw Broken(recorded, "cannot be in a thread"),
        };
        return next with
        {
            Version = recorded.Number,
            LastTime = recorded.At,
            Memory = Memory.Record(recorded.By, recorded.Command, recorded.Number, recorded.At),
        };
    }

    // Who posts has seen what was there: own messages and those before them are never unread.
    private ThreadState Posted(Recorded recorded, MessagePosted posted)
    {
        var number = recorded.Number;
        var known = Known;
        // Who is mentioned as one of everyone is not mentioned twice.
        foreach (var mentioned in posted.Everyone ? [] : posted.Mentions ?? [])
            if (known.TryGetValue(mentioned, out var member)) known = known.SetItem(mentioned, member.Mentioned(number));
        if (recorded.By is { } by && known.TryGetValue(by, out var author)) known = known.SetItem(by, author.Moved(number, number));
        return this with
        {
            Messages = Messages.Set(number, live: true),
            Everyone = posted.Everyone ? Everyone.Set(number, live: true) : Everyone,
            LastMessage = number,
            LastMessageAt = recorded.At,
            Known = known,
        };
    }

    private ThreadState Deleted(Recorded recorded, MessageDeleted deleted)
    {
        if (!Messages.IsLive(deleted.Message)) throw Broken(recorded, "deletes what is no message");
        return this with
        {
            Messages = Messages.Set(deleted.Message, live: false),
            Everyone = Everyone.IsPosted(deleted.Message) ? Everyone.Set(deleted.Message, live: false) : Everyone,
            Pins = Pins.Remove(deleted.Message),
            Redactions = Redactions.Add(deleted.Message, new PendingRedaction(deleted.Message, recorded.Number, deleted.Edits)),
        };
    }

    private ThreadState Moved(IEnumerable<Pointer> pointers)
    {
        var known = Known.ToBuilder();
        foreach (var (participant, delivered, read) in pointers)
            if (known.TryGetValue(participant, out var member)) known[participant] = member.Moved(delivered, read);
        return this with { Known = known.ToImmutable() };
    }

    private ThreadState RosterApplied(long number, RosterChanged roster)
    {
        var known = Known.ToBuilder();
        var members = Members;
        var waitingRoom = IsWaitingRoom || roster.Waiting;
        foreach (var (participant, _, role, locked) in roster.Entered)
        {
            var before = known.GetValueOrDefault(participant);
            if (before is not { IsActive: true }) members++;
            var comes = waitingRoom && !Authorisation.IsModerator(role) && before is not { IsActive: true, IsModerator: false };
            known[participant] = (comes ? before?.Anew(LastMessage) : before) ?? new ThreadMember(role, LastMessage);
            known[participant] = known[participant] with { Role = role, LeftAt = 0, Locked = Locks.Of(locked) };
        }
        // Who is away when it begins has everything unread on coming back.
        foreach (var participant in roster.Direct ?? [])
            if (!known.ContainsKey(participant)) known[participant] = new ThreadMember(Role.Participant, Since: 0, LeftAt: number);
        foreach (var participant in roster.Left)
        {
            if (!known.TryGetValue(participant, out var member) || !member.IsActive) continue;
            members--;
            known[participant] = member with { LeftAt = number };
        }
        if (known.Count - members > Limits.DepartedMembers) ForgetDeparted(known);
        return this with
        {
            Cursor = roster.Cause,
            Known = known.ToImmutable(),
            Members = members,
            Policy = roster.Policy ?? Policy,
            Closed = roster.Closed ?? Closed,
            Name = roster.Name ?? Name,
            IsDirect = IsDirect || roster.Direct is not null,
            IsWaitingRoom = waitingRoom,
        };
    }

    // Half at once, so that the sorting is paid for by as many departures.
    private static void ForgetDeparted(ImmutableDictionary<string, ThreadMember>.Builder known)
    {
        var oldest = known.Where(entry => !entry.Value.IsActive)
            .OrderBy(entry => entry.Value.LeftAt).ThenBy(entry => entry.Key, StringComparer.Ordinal);
        known.RemoveRange(oldest.Take(Limits.DepartedMembers / 2).Select(entry => entry.Key).ToList());
    }

    private static InvalidOperationException Broken(Recorded recorded, string what) =>
        new($"Event {recorded.Number} ({recorded.Event.GetType().Name}) {what}: the thread's log is broken.");
}

/// <param name="Role">As the meeting said last.</param>
/// <param name="Since">The newest message when they first entered: older ones are history, not unread.</param>
/// <param name="LeftAt">Event by which they left; 0 for members.</param>
internal sealed record ThreadMember(Role Role, long Since, long Delivered = 0, long Read = 0, long LeftAt = 0, Locks Locked = default)
{
    /// <summary>Taken from them; moderators are above locks.</summary>
    public bool Lacks(Ability ability) => Locked.Has(ability) && !IsModerator;

    public bool IsModerator => Authorisation.IsModerator(Role);

    public bool IsActive => LeftAt == 0;

    /// <summary>Unread messages that mention them by name, rising; deleted ones may be among them.</summary>
    public ImmutableArray<long> Mentions { get; init; } = [];

    // Of many the oldest are forgotten: the count stays at the bound.
    public ThreadMember Mentioned(long message) =>
        this with { Mentions = [.. Mentions.Skip(Mentions.Length - Limits.UnreadMentions + 1), message] };

    /// <summary>Come to the waiting room again: what was said before <paramref name="last"/> and that is neither read nor counted, nor are its receipts theirs.</summary>
    public ThreadMember Anew(long last) => this with { Since = last, Mentions = [] };

    public ThreadMember Moved(long delivered, long read) =>
        this with { Delivered = delivered, Read = read, Mentions = Mentions.RemoveAll(message => message <= read) };

    /// <summary>Whether a message was news to them: older ones were history, later ones came when they had left.</summary>
    public bool Awaits(long message) => message > Since && (IsActive || message < LeftAt);
}

/// <summary>A deleted message whose texts have to go.</summary>
/// <param name="DeletedAt">Event by which it was deleted: overlays account for at least this one before the redaction is recorded.</param>
/// <param name="Edits">Events that hold its later texts.</param>
public sealed record PendingRedaction(long Message, long DeletedAt, ImmutableArray<long> Edits)
{
    /// <summary>Every event whose text has to be blanked.</summary>
    public ImmutableArray<long> Numbers => [Message, .. Edits];
}
