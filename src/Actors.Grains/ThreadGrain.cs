using Actors.Contracts;
using Actors.Meetings;

namespace Actors.Grains;

/// <summary>
/// A chat thread of a meeting, or a channel, which follows no meeting: its members are in its own log. Its state holds no text: posts are read
/// from the log, what became of them from overlays.
/// </summary>
[Reentrant]
public sealed class ThreadGrain : ReceiverGrain<ThreadState>, IThreadGrain, IRemindable
{
    private readonly ThreadTexts _texts;
    private readonly Redactions _redactions;
    private readonly PointerCollector _pointers;
    private readonly InboxFeed _inboxes;
    private readonly ChannelInboxes _channelInboxes;
    private readonly Retention _retention;
    private readonly RegisterFeed _register;
    private readonly bool _isDirect;
    private readonly Outsiders? _outsiders;
    private DateTimeOffset _housekeeping;

    public ThreadGrain(GrainServices services) : base(services, Streams.Thread, isThread: true)
    {
        _isDirect = Ids.IsDirect(Key.Place);
        if (Key.Place is { } place && Ids.IsRoom(place) && !_isDirect) _outsiders = new Outsiders(Key, GrainFactory);
        _texts = new ThreadTexts(Stream, services.EventLog, Tail, new OverlayBuffer(), () => Journal.Durable, why => Journal.StepDown(why));
        _redactions = new Redactions(Stream, services.EventLog, _texts, Logger, () => Journal.Durable);
        _pointers = new PointerCollector(services.Clock);
        _inboxes = new InboxFeed(Key, this.GetPrimaryKeyString(), GrainFactory, services.Clock, Logger);
        _retention = new Retention(this, Stream, _texts, services.Clock, Logger, () => Journal.State);
        _register = new RegisterFeed(Key, Stream, services, Logger, Tail, () => Journal.Durable);
        _channelInboxes = new ChannelInboxes(Key, this.GetPrimaryKeyString(), GrainFactory, services.Clock, Logger, () => Journal.Durable);
    }

    public async ValueTask<HistoryPage> History(HistoryRequest request, CancellationToken cancellation)
    {
        await Followed(request.MeetingSeen, request.Seen);
        var shown = await ShownTo(request.Caller, request.MeetingSeen);
        var page = await _texts.Page(Meetings.History.Plan(shown(), request), cancellation);
        // Edits that are on their way to storage are already in the page: they have to arrive first.
        return await Journal.Settled() is { } retry ? throw new SteppedDownException(retry.Why) : page;
    }

    public async ValueTask<SearchResults> Search(SearchRequest request, CancellationToken cancellation)
    {
        await Followed(request.MeetingSeen, request.Seen);
        var results = await ThreadSearch.Run(request, await ShownTo(request.Caller, request.MeetingSeen), _texts, cancellation);
        return await Journal.Settled() is { } retry ? throw new SteppedDownException(retry.Why) : results;
    }

    public async ValueTask<Receipts> Receipts(long seen, CancellationToken cancellation)
    {
        await Followed(meetingSeen: 0, seen);
        return ChatThread.Receipts(Journal.Durable);
    }

    public async ValueTask<MessageReceipts> MessageReceipts(MessageReceiptsRequest request, CancellationToken cancellation)
    {
        await Followed(request.MeetingSeen, request.Seen);
        var shown = await ShownTo(request.Caller, request.MeetingSeen);
        for (var attempt = 0; attempt < GrainLimits.Rereads; attempt++)
        {
            var durable = shown();
            if (MessageReaders.Check(durable, request) is { } refused) return MessageReaders.Refused(durable, request, refused.Reason);
            if (_texts.Facts(request.Message) is { } facts) return MessageReaders.Page(durable, request, facts.Author);
            await _texts.Load(request.Message, cancellation);
        }
        throw new SteppedDownException($"{Stream}: messages are forgotten faster than they can be read.");
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _retention.Rang();
        await Wake(CancellationToken.None);
    }

    public async ValueTask<ChannelMembersPage> Members(string? after, int limit, long seen, CancellationToken cancellation)
    {
        await Followed(meetingSeen: 0, seen);
        return ChatThread.Members(Journal.Durable, after, limit);
    }

    public async ValueTask<long?> ReadsAfter(string participant, long meetingSeen, CancellationToken cancellation)
    {
        await Followed(meetingSeen, seen: 0);
        return ChatThread.ReadsAfter(Journal.Durable, participant);
    }

    private bool IsChannel => Key.Place is null;

    private protected override Outcome Decide(ThreadState state, Request request, DateTimeOffset now)
    {
        var message = ChatThread.Concerns(state, request.Command);
        return ChatThread.Decide(_outsiders?.Seen(state, request.Caller) ?? state, request, now, message is { } concerned ? _texts.Facts(concerned) : null);
    }

    private protected override async ValueTask<ThreadState> Shown(ViewRequest request) =>
        request.Participant is { } asker ? (await ShownTo(Caller.Participant(asker), meetingSeen: 0))() : Journal.Durable;

    private protected override View? Render(ThreadState durable, ViewRequest request) => ChatThread.View(durable, request.Participant, request.Audience);

    private protected override Refused? Check(ThreadState state, Signal signal) => Signals.Check(_outsiders?.Seen(state, SenderOf(signal)) ?? state, signal);

    // As before a post: whether one would be allowed is the question.
    private protected override async ValueTask<Retry?> PrepareSignal(Signal signal, long meetingSeen)
    {
        if (IsChannel) return null;
        if (_isDirect) return await FollowNow(meetingSeen);
        if (await base.PrepareSignal(signal, meetingSeen) is { } retry) return retry;
        if (_outsiders is not null) await _outsiders.Ask(Journal.State, SenderOf(signal), meetingSeen);
        return Journal.SteppedDown;
    }

    private static Caller SenderOf(Signal signal) => Caller.Participant(Signals.SenderOf(signal));

    private protected override long CursorOf(ThreadState state) => state.Cursor;

    private protected override Outcome? Receive(ThreadState state, RosterUpdate update) => ChatThread.Apply(state, update);

    private protected override void OnTaken(RosterUpdate update) => _inboxes.Add(update);

    private protected override async ValueTask<Answer?> Prepare(Request request, CancellationToken cancellation)
    {
        if (await Inform(request, cancellation) is { } early) return early;
        if (_outsiders is not null) await _outsiders.Ask(Journal.State, request.Caller, request.MeetingSeen);
        if (Journal.SteppedDown is { } gone) return gone;
        if (Missing(request) is { } missing) return missing;
        if (request.Command is MovePointers) return await Collect(request);
        if (ChatThread.Concerns(Journal.State, request.Command) is not { } message) return null;
        if (_texts.Buffer.IsFull) await MakeRoom();
        if (_texts.Facts(message) is null) await _texts.Load(message, cancellation);
        return Journal.SteppedDown;
    }

    // Where pointers stand is no question of rights: they are not worth a call each.
    private async ValueTask<Answer?> Inform(Request request, CancellationToken cancellation)
    {
        if (IsChannel || (_isDirect && request.Command is MovePointers && Journal.State.Version > 0)) return null;
        return _isDirect ? await FollowNow(request.MeetingSeen) : await base.Prepare(request, cancellation);
    }

    // A thread is its meeting's, and a channel has to be created: else a post would begin a stream that nobody ever finds.
    private Refused? Missing(Request request)
    {
        if (request.Command is CreateChannel) return IsChannel ? null : new Refused(Refusal.UnknownType);
        if (Journal.State.Version > 0 || request.Caller.Kind != CallerKind.Backend) return null;
        return new Refused(IsChannel ? Refusal.ChannelNotFound : Refusal.MeetingNotFound);
    }

    private protected override bool IsPrepared(Request request) => _outsiders?.IsKnown(Journal.State, request.Caller) != false
        && (ChatThread.Concerns(Journal.State, request.Command) is not { } message || (!_texts.Buffer.IsFull && _texts.Facts(message) is not null));

    private protected override void OnEvolved(Recorded recorded) => _texts.Buffer.Evolve(recorded);

    private protected override void OnLoaded()
    {
        _housekeeping = Services.Clock.Now + GrainLimits.Housekeeping;
        _ = Erase();
        _ = TellInboxes();
        _ = Register();
        _ = _retention.KeepReminder(Journal.Durable);
    }

    private protected override void OnDurable(Commit<ThreadState> commit)
    {
        _ = Erase();
        _ = TellInboxes();
        _ = Register();
        _ = _retention.KeepReminder(Journal.Durable);
        foreach (var one in IsChannel ? commit.Events : []) _channelInboxes.Mention(one.Recorded);
    }

    private protected override DateTimeOffset? NextWork
    {
        get
        {
            DateTimeOffset? housekeeping = _redactions.AreUnfinished || _inboxes.IsBehind || _channelInboxes.AreBehind || _register.IsBehind ? _housekeeping : null;
            return Earliest(Earliest(_pointers.Due, housekeeping), _retention.Due);
        }
    }

    private protected override async Task Work(CancellationToken cancellation)
    {
        _housekeeping = Services.Clock.Now + GrainLimits.Housekeeping;
        await StorePointers();
        _inboxes.Run();
        await TellInboxes();
        await Register();
        await _retention.Run(message => Submit(new ExpireMessage(message)), MakeRoom);
        await Erase();
    }

    private protected override Task OnFinishing() => StorePointers();

    private protected override Task<bool> PrepareSnapshot(ThreadState durable) => _texts.FlushAll();

    // Pointers are exempt from waiting: who moved one is answered at once, and it is stored within seconds.
    private async ValueTask<Answer> Collect(Request request)
    {
        var outcome = Decide(Journal.State, request, Journal.Now());
        if (outcome.IsRefused) return await Journal.Settled() is { } retry ? retry : new Refused(outcome.Reason, outcome.Detail);
        if (outcome.Events is [PointersMoved moved])
        {
            foreach (var pointer in moved.Pointers) _pointers.Collect(pointer);
            Arm();
        }
        return new Accepted(Journal.Durable.Version, Journal.Durable.Version);
    }

    private async Task StorePointers()
    {
        if (Journal.SteppedDown is null) await Task.WhenAll(_pointers.Drain().Select(command => Submit(command)));
    }

    private async Task MakeRoom()
    {
        await Journal.Settled();
        await _texts.FlushAll();
    }

    private Task Erase() => _redactions.Run(RewriteTail, message => Submit(new RecordRedaction(message)));

    private Task TellInboxes() => _channelInboxes.Run(through => Submit(new RecordInboxesTold(through)));

    private Task Register() => _register.Run(() => Submit(new RecordRegistered()));

    // Of the durable state, whenever it is looked at: who leaves the room meanwhile is shown no more.
    private async ValueTask<Func<ThreadState>> ShownTo(Caller? caller, long meetingSeen)
    {
        if (_outsiders is null || await _outsiders.Ask(Journal.Durable, caller, meetingSeen) is not { } standing) return () => Journal.Durable;
        return () => Journal.Durable.For(caller!.Id, standing.Member);
    }

    private async ValueTask Followed(long meetingSeen, long seen)
    {
        await ReadyToShow(seen);
        var retry = IsChannel ? null : _isDirect ? await FollowNow(meetingSeen) : meetingSeen > 0 ? await Follow(meetingSeen) : null;
        if ((retry ?? await Journal.Settled()) is { } gone) throw new SteppedDownException(gone.Why);
    }
}
