using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// What may happen in a thread. Members read; members above attendee write while the policy's <see cref="SpacePolicy.MayChat"/> allows it
/// (hosts and co-hosts always, backends always), and only backends once the thread is closed.
/// In the waiting room's thread those who wait read since they came. Authors edit; authors and moderators delete; moderators pin.
/// Pure: the shell has looked the command up in the state's memory before it asks.
/// </summary>
public static class ChatThread
{
    /// <summary>
    /// The message whose <see cref="MessageFacts"/> the shell has to load before deciding; null where none are needed.
    /// While <see cref="OverlayBuffer.IsFull"/> it flushes a page first.
    /// </summary>
    public static long? Concerns(ThreadState state, Command command)
    {
        var message = command switch
        {
            EditMessage edit => edit.Message,
            DeleteMessage delete => delete.Message,
            React react => react.Message,
            ExpireMessage expired => expired.Message,
            _ => 0,
        };
        return state.Messages.IsLive(message) ? message : null;
    }

    /// <summary>
    /// Decides a command. The outcome of <see cref="MovePointers"/> is not recorded: the shell collects its <see cref="PointersMoved"/> and
    /// hands them back in <see cref="RecordPointers"/>.
    /// </summary>
    /// <param name="state">With everything decided so far.</param>
    /// <param name="request">The command and its sender.</param>
    /// <param name="now">What messages' ages are reckoned from.</param>
    /// <param name="facts">Of the message that <see cref="Concerns"/> named, as of now.</param>
    public static Outcome Decide(ThreadState state, Request request, DateTimeOffset now, MessageFacts? facts) =>
        MessageRules.Check(request.Command) ?? request.Command switch
        {
            RecordPointers record => FromSystem(request.Caller) ?? Advance(state, record.Pointers),
            RecordRedaction redaction => FromSystem(request.Caller) ?? Redacted(state, redaction.Message),
            ExpireMessage expired => FromSystem(request.Caller) ?? Expire(state, expired.Message, now, facts),
            RecordRegistered => FromSystem(request.Caller) ?? (state.NeedsRegistering ? Outcome.Of(new ThreadRegistered()) : Outcome.Nothing),
            RecordInboxesTold told => FromSystem(request.Caller) ?? Channels.Told(state, told.Through),
            CreateChannel create => Channels.Create(state, request.Caller, create),
            _ => Membership(state, request.Caller) ?? FromOutside(state, request) ?? request.Command switch
            {
                PostMessage post => Post(state, request.Caller, post),
                EditMessage edit => Existing(state, request.Caller, edit.Message) ?? Edit(state, request.Caller, edit, Loaded(facts, edit.Message)),
                DeleteMessage delete => Existing(state, request.Caller, delete.Message) ?? Delete(state, request.Caller, Loaded(facts, delete.Message)),
                React react => Existing(state, request.Caller, react.Message) ?? React(state, request.Caller, react, Loaded(facts, react.Message)),
                PinMessage pin => Pin(state, request.Caller, pin.Message),
                UnpinMessage unpin => Unpin(state, request.Caller, unpin.Message),
                HoldThread hold => Hold(state, request.Caller, hold.On),
                KeepMessages keep => Keep(state, request.Caller, keep.Days),
                MovePointers move => Move(state, request.Caller, move),
                AddMembers add => Channels.Add(state, request.Caller, add),
                RemoveMembers remove => Channels.Remove(state, request.Caller, remove),
                ChangeChannel change => Channels.Change(state, request.Caller, change),
                _ => Outcome.Refuse(Refusal.UnknownType),
            },
        };

    private static Outcome? FromSystem(Caller caller) =>
        caller.Kind == CallerKind.System ? null : Outcome.Refuse(Refusal.NotAllowed, "only the product itself sends this");

    internal static Outcome? Membership(ThreadState state, Caller? caller) => caller?.Kind switch
    {
        CallerKind.Backend => null,
        CallerKind.Participant => state.Attending(caller.Id) is null ? Outcome.Refuse(Refusal.NotJoined) : null,
        _ => Outcome.Refuse(Refusal.NotAllowed, "a thread answers its members and backends"),
    };

    // Who was in the room tells how far they have read, and says nothing more there.
    private static Outcome? FromOutside(ThreadState state, Request request) =>
        request.Caller.Kind == CallerKind.Participant && state.OnlyReads(request.Caller.Id) && request.Command is not MovePointers
            ? Outcome.Refuse(Refusal.NotAllowed, "only who is in the room writes")
            : null;

    // Whoever may not write may neither edit nor react: both would be a way to talk.
    internal static Outcome? MayWrite(ThreadState state, Caller caller)
    {
        if (caller.Kind == CallerKind.Backend) return null;
        if (state.Closed) return Outcome.Refuse(Refusal.NotAllowed, "the thread is closed");
        var sender = state.Attending(caller.Id)!;
        // By what the one who is away was last.
        if (state.IsDirect && state.Known.Any(other => other.Key != caller.Id && !Directs.Allows(state.Policy, sender.Role, other.Value.Role)))
            return Outcome.Refuse(Refusal.NotAllowed, "private chat is switched off");
        if (IsAbovePolicy(state, caller)) return null;
        if (sender.Lacks(Ability.Chat)) return Outcome.Refuse(Refusal.NotAllowed, "chat is locked");
        if (sender.Role == Role.Attendee) return Outcome.Refuse(Refusal.NotAllowed, "attendees do not write");
        if (state.Policy.MayChat) return null;
        return Outcome.Refuse(Refusal.NotAllowed, state.IsChannel ? "only moderators write in this channel"
            : state.IsWaitingRoom ? "who waits does not write" : "chat is switched off");
    }

    private static bool IsAbovePolicy(ThreadState state, Caller caller) =>
        caller.Kind == CallerKind.Backend || state.Attending(caller.Id) is { Role: Role.Host or Role.CoHost };

    // Of two people in private neither has a say in what the other said.
    private static bool IsModerator(ThreadState state, Caller caller) =>
        caller.Kind == CallerKind.Backend || (!state.IsDirect && IsAbovePolicy(state, caller));

    // What somebody does not read is not there for them, their own words from an earlier wait included.
    internal static Outcome? Existing(ThreadState state, Caller? caller, long message)
    {
        if (message <= state.ReadsAfter(caller) || message > state.ReadsThrough(caller)) return Outcome.Refuse(Refusal.UnknownMessage);
        if (state.Messages.IsLive(message)) return null;
        return Outcome.Refuse(state.Messages.IsPosted(message) ? Refusal.MessageDeleted : Refusal.UnknownMessage);
    }

    private static MessageFacts Loaded(MessageFacts? facts, long message) =>
        facts?.Message == message ? facts : throw new ArgumentException($"The facts of message {message} were not loaded.", nameof(facts));

    private static Outcome Post(ThreadState state, Caller caller, PostMessage post)
    {
        if (MayWrite(state, caller) is { } refused) return refused;
        if (post.Everyone && !IsModerator(state, caller)) return Outcome.Refuse(Refusal.NotAllowed, "only moderators mention everyone");
        if (post.ReplyTo is { } replyTo && Existing(state, caller, replyTo) is { } gone) return gone;
        ImmutableArray<string>? mentions = post.Mentions is { IsDefaultOrEmpty: false } given ? [.. given.Distinct()] : null;
        var attachments = post.Attachments is { IsDefaultOrEmpty: false } ? post.Attachments : null;
        return Outcome.Of(new MessagePosted(post.Text, post.ReplyTo, mentions, attachments, post.Everyone));
    }

    private static Outcome Edit(ThreadState state, Caller caller, EditMessage edit, MessageFacts facts)
    {
        if (MayWrite(state, caller) is { } refused) return refused;
        if (facts.Author != caller.By) return Outcome.Refuse(Refusal.NotAllowed, "only its author edits a message");
        if (facts.Text == edit.Text) return Outcome.Nothing;
        return facts.Overlay.Edits.Length >= Limits.EditsPerMessage
            ? Outcome.Refuse(Refusal.LimitReached, "the message was edited too often")
            : Outcome.Of(new MessageEdited(edit.Message, edit.Text));
    }

    // Also in a closed thread and with chat switched off: people may take back what they said.
    private static Outcome Delete(ThreadState state, Caller caller, MessageFacts facts)
    {
        if (facts.Author != caller.By && !IsModerator(state, caller))
            return Outcome.Refuse(Refusal.NotAllowed, "only its author and moderators delete a message");
        if (state.Redactions.Count < Limits.PendingRedactions) return Outcome.Of(new MessageDeleted(facts.Message, facts.Overlay.Edits));
        return state.Held
            ? Outcome.Refuse(Refusal.LimitReached, "the thread is under a legal hold, and too many deleted messages wait for its end")
            : Outcome.Refuse(Refusal.Busy, "too many deleted messages wait for their erasure");
    }

    // Also in a closed thread: what it protects is what was said before.
    private static Outcome Hold(ThreadState state, Caller caller, bool on)
    {
        if (caller.Kind != CallerKind.Backend) return Outcome.Refuse(Refusal.NotAllowed, "only backends hold a thread");
        return state.Held == on ? Outcome.Nothing : Outcome.Of(new HoldChanged(on));
    }

    private static Outcome Keep(ThreadState state, Caller caller, int? days)
    {
        if (caller.Kind != CallerKind.Backend) return Outcome.Refuse(Refusal.NotAllowed, "only backends say how long messages are kept");
        return state.KeepDays == days ? Outcome.Nothing : Outcome.Of(new RetentionChanged(days));
    }

    // Whatever has changed since the shell looked: what is gone, or may stay, is left alone.
    private static Outcome Expire(ThreadState state, long message, DateTimeOffset now, MessageFacts? facts)
    {
        if (!state.Messages.IsLive(message) || state.KeepDays is not { } days || state.Held || state.Redactions.Count >= Limits.PendingRedactions) return Outcome.Nothing;
        var loaded = Loaded(facts, message);
        return loaded.At.AddDays(days) <= now ? Outcome.Of(new MessageDeleted(message, loaded.Overlay.Edits)) : Outcome.Nothing;
    }

    private static Outcome React(ThreadState state, Caller caller, React react, MessageFacts facts)
    {
        // Taking one back is not reacting.
        if (react.On && !state.Policy.MayReact && !IsAbovePolicy(state, caller)) return Outcome.Refuse(Refusal.NotAllowed, "reactions are switched off");
        if (react.On && state.Attending(caller.Id)?.Lacks(Ability.Reactions) == true) return Outcome.Refuse(Refusal.NotAllowed, "reactions are locked");
        if (MayWrite(state, caller) is { } refused) return refused;
        var overlay = facts.Overlay;
        if (overlay.HasReacted(react.Reaction, caller.By!) == react.On) return Outcome.Nothing;
        if (react.On && overlay.Reactors >= Limits.ReactorsPerMessage)
            return Outcome.Refuse(Refusal.LimitReached, "the message has too many reactions");
        if (react.On && overlay.Reactions.Length >= Limits.ReactionsPerMessage && overlay.Reactions.All(given => given.Reaction != react.Reaction))
            return Outcome.Refuse(Refusal.LimitReached, "the message has too many different reactions");
        return Outcome.Of(new ReactionChanged(react.Message, react.Reaction, react.On));
    }

    private static Outcome Pin(ThreadState state, Caller caller, long message)
    {
        if (MayPin(state, caller, message) is { } refused) return refused;
        if (state.Pins.Contains(message)) return Outcome.Nothing;
        return state.Pins.Length >= Limits.PinsPerThread
            ? Outcome.Refuse(Refusal.LimitReached, "too many messages are pinned")
            : Outcome.Of(new MessagePinned(message));
    }

    private static Outcome Unpin(ThreadState state, Caller caller, long message)
    {
        if (MayPin(state, caller, message) is { } refused) return refused;
        return state.Pins.Contains(message) ? Outcome.Of(new MessageUnpinned(message)) : Outcome.Nothing;
    }

    private static Outcome? MayPin(ThreadState state, Caller caller, long message)
    {
        if (!IsModerator(state, caller)) return Outcome.Refuse(Refusal.NotAllowed, "only moderators pin messages");
        return MayWrite(state, caller) ?? Existing(state, caller, message);
    }

    private static Outcome Move(ThreadState state, Caller caller, MovePointers move)
    {
        if (caller.Kind != CallerKind.Participant) return Outcome.Refuse(Refusal.NotJoined, "a backend has no pointers");
        var last = state.LastReadable(caller.Id);
        return Advance(state, [new Pointer(caller.Id, Math.Min(move.Delivered, last), Math.Min(move.Read, last))]);
    }

    /// <summary>Pointers of more members are stored in columns; so many, and no more, are announced to the members.</summary>
    private const int ListedPointers = 64;

    // Of members, and of those who left: what they had received stays true. Nobody can have received what was not posted.
    private static Outcome Advance(ThreadState state, ImmutableArray<Pointer> pointers)
    {
        var moved = new Dictionary<string, Pointer>();
        foreach (var (participant, delivered, read) in pointers)
        {
            if (!state.Known.TryGetValue(participant, out var member)) continue;
            var before = moved.GetValueOrDefault(participant) ?? new Pointer(participant, member.Delivered, member.Read);
            var nowRead = Math.Max(before.Read, Math.Min(read, state.LastMessage));
            var nowDelivered = Math.Max(Math.Max(before.Delivered, nowRead), Math.Min(delivered, state.LastMessage));
            if (nowRead > before.Read || nowDelivered > before.Delivered) moved[participant] = new Pointer(participant, nowDelivered, nowRead);
        }
        if (moved.Count == 0) return Outcome.Nothing;
        ImmutableArray<Pointer> ordered = [.. moved.Values.OrderBy(pointer => pointer.Participant, StringComparer.Ordinal)];
        return moved.Count > ListedPointers ? Outcome.Of(PointersGathered.Of(state.LastMessage, ordered)) : Outcome.Of(new PointersMoved(ordered));
    }

    private static Outcome Redacted(ThreadState state, long message) =>
        state.Redactions.ContainsKey(message) ? Outcome.Of(new MessageRedacted(message)) : Outcome.Nothing;

    /// <summary>
    /// What the meeting says, as an event; of a long list a part, with the cursor where it was: ask again until null. Null where there is
    /// nothing to do: known already, or a delta from beyond the cursor (the cursor tells the meeting that a full update is needed).
    /// </summary>
    public static Outcome? Apply(ThreadState state, RosterUpdate update)
    {
        if (update.Through <= state.Cursor || (!update.Full && update.After > state.Cursor)) return null;
        var entered = update.Entered.Where(member => state.ActiveMember(member.Participant) is not { } known
            || known.Role != member.Role || known.Locked != Locks.Of(member.Locked)).ToArray();
        var left = Leavers(state, update);
        var part = entered.Length > BreakoutRoom.MembersPerEvent || left.Length > BreakoutRoom.MembersPerEvent;
        var first = state.Version == 0;
        var (policy, closed) = (first || update.Policy != state.Policy ? update.Policy : null, first || update.Closed != state.Closed ? update.Closed : default(bool?));
        var name = update.Name.Length > 0 && update.Name != state.Name ? update.Name : null;
        // A direct thread is told the same again and again, and logs what is new to it.
        if (update.Direct is not null && !first && entered.Length + left.Length == 0 && policy is null && closed is null && name is null) return null;
        return Outcome.Of(new RosterChanged(
            part ? state.Cursor : update.Through,
            [.. entered.Take(BreakoutRoom.MembersPerEvent)],
            [.. left.Take(BreakoutRoom.MembersPerEvent)],
            policy,
            closed,
            name,
            first ? update.Direct : null,
            first && update.Waiting));
    }

    private static string[] Leavers(ThreadState state, RosterUpdate update)
    {
        if (!update.Full) return [.. update.Left.Where(participant => state.ActiveMember(participant) is not null)];
        var present = update.Entered.Select(member => member.Participant).ToHashSet(StringComparer.Ordinal);
        return [.. state.Known.Where(known => known.Value.IsActive && !present.Contains(known.Key)).Select(known => known.Key).Order(StringComparer.Ordinal)];
    }

    /// <summary>The number after which a participant reads the thread, 0: everything; null where they are no member.</summary>
    public static long? ReadsAfter(ThreadState state, string participant) => state.ActiveMember(participant) is null ? null : state.ReadsAfter(participant);

    /// <summary>The thread at its last event, with a participant's own pointers where it is a member. Null where nothing was ever created.</summary>
    public static ThreadView? View(ThreadState state, string? participant, Audience audience = Audience.Members)
    {
        if (state.Version == 0) return null;
        // How many wait and what was said before they came is no business of those who wait.
        if (audience == Audience.Waiting) return new ThreadView(state.Version, state.Closed, 0, 0, 0);
        var own = state.Reader(participant) is { } member ? state.Pointers(participant!, member) : null;
        var last = state.LastReadable(participant);
        var pins = state.Pins.RemoveAll(pinned => pinned > last);
        return new ThreadView(state.Version, state.Closed, state.Messages.LiveBetween(0, last), last, state.Members, own, last == state.LastMessage ? state.LastMessageAt : null, pins.IsEmpty ? null : pins,
            state.Held && audience == Audience.Moderators ? true : null, state.IsChannel ? state.Name : null, state.IsChannel ? Channels.PostingIn(state) : null, state.KeepDays);
    }

    /// <summary>A page of a channel's members, in order of their ids; of nobody in any other thread, whose members its meeting lists.</summary>
    public static ChannelMembersPage Members(ThreadState state, string? after, int limit) =>
        state.IsChannel ? Channels.Page(state, after, limit) : new ChannelMembersPage(0, []);

    /// <summary>Everybody's pointers, members who left included, by participant.</summary>
    public static Receipts Receipts(ThreadState state) =>
        new(state.Version, [.. state.Known.OrderBy(known => known.Key, StringComparer.Ordinal).Select(known => state.Pointers(known.Key, known.Value))]);
}
