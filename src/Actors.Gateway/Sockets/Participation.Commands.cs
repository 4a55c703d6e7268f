using Actors.Contracts;
using Microsoft.Extensions.Logging;

namespace Actors.Gateway;

// What the sender wants. Several may be under way; each is answered when it is done.
internal sealed partial class Participation
{
    /// <summary>
    /// Commands of one socket under way: no more than a session's answers are remembered, so that one delayed by retries is never too old.
    /// </summary>
    public const int MaxPending = Limits.RememberedAnswers;

    /// <summary>Messages over the rate in a row before the socket is closed: until then each is told to slow down.</summary>
    public const int MaxExcess = 1_000;

    private TokenBucket? _rate;
    private int _pending;
    private int _excess;

    private void Dispatch(ReadOnlySpan<byte> utf8, in Envelope envelope)
    {
        if (envelope.Type == ClientTypes.Pong || _closing != 0) return;
        if (!IsWithinRate(envelope)) return;
        switch (envelope.Type)
        {
            case ClientTypes.Ping:
                socket.Send(ServerMessages.Pong);
                break;
            case ClientTypes.Signal:
                Signal(utf8, envelope);
                break;
            case ClientTypes.History:
                var (query, badQuery) = ClientTypes.Parse(utf8, ClientJson.Default.HistoryQuery);
                if (badQuery is not null) Refuse(envelope.Id, badQuery);
                else if (TryBegin(envelope.Id)) _ = History(query!);
                break;
            case ClientTypes.Search:
                var (search, badSearch) = ClientTypes.Parse(utf8, ClientJson.Default.SearchQuery);
                if (badSearch is not null) Refuse(envelope.Id, badSearch);
                else if (TryBegin(envelope.Id)) _ = Search(search!);
                break;
            case ClientTypes.Receipts:
                var (receipts, badReceipts) = ClientTypes.Parse(utf8, ClientJson.Default.ReceiptsQuery);
                if (badReceipts is not null) Refuse(envelope.Id, badReceipts);
                else if (TryBegin(envelope.Id)) _ = Receipts(receipts!);
                break;
            case ClientTypes.Roster:
                var (people, badPeople) = ClientTypes.Parse(utf8, ClientJson.Default.RosterQuery);
                if (badPeople is not null) Refuse(envelope.Id, badPeople);
                else if (TryBegin(envelope.Id)) _ = People(people!);
                break;
            default:
                var (command, refused) = CommandJson.Parse(utf8, envelope);
                if (refused is not null) Refuse(envelope.Id, refused);
                else if (envelope.Id == 0) Refuse(0, new Refused(Refusal.InvalidArgument, "missing: 'id'"));
                else Command(command!, envelope);
                break;
        }
    }

    private bool IsWithinRate(in Envelope envelope)
    {
        _rate ??= new TokenBucket(services.Limits.MessagesPerSecond, services.Limits.MessageBurst, services.Time.GetTimestamp());
        if (_rate.Take(services.Time))
        {
            _excess = 0;
            return true;
        }
        if (++_excess > MaxExcess) socket.Close(CloseCode.RateLimited);
        else Refuse(envelope.Id, new Refused(Refusal.Busy, "too many messages"));
        return false;
    }

    private void Command(ClientCommand command, in Envelope envelope)
    {
        if (Target(command, envelope, out var seen) is not { } stream)
        {
            Refuse(envelope.Id, new Refused(Refusal.InvalidArgument, command is ThreadCommand ? "thread" : "place"));
            return;
        }
        if (!TryBegin(envelope.Id)) return;
        var request = new Request(
            new CommandId(Session, envelope.Id), Caller.Participant(Participant), command, seen, stream.Kind == StreamKind.Meeting ? 0 : MeetingSeen);
        _ = Execute(stream, request);
    }

    // The stream whose grain decides; null where the message names none.
    private StreamId? Target(ClientCommand command, in Envelope envelope, out long seen)
    {
        var place = _placement?.Place ?? Ids.Main;
        var target = command switch
        {
            ThreadCommand => ThreadOf(envelope.Thread),
            SpaceCommand when (envelope.Place ?? place) is var space && Ids.IsRoom(space) => Ids.IsValid(space) ? _meetingId!.Room(space) : null,
            _ => _meetingId,
        };
        seen = target is null ? 0 : (OpenHub(target)?.Head ?? 0);
        return target;
    }

    private StreamId? ThreadOf(string? thread) => thread switch
    {
        null => _meetingId!.Thread(Ids.Main),
        _ when Ids.IsValid(thread) => _meetingId!.Thread(thread),
        _ => Ids.AsDirect(thread) is { } direct ? _meetingId!.Thread(direct) : null,
    };

    private Hub? OpenHub(StreamId stream)
    {
        var hub = stream.Kind switch
        {
            StreamKind.Meeting => _meeting?.Hub,
            StreamKind.Room => _room?.Hub,
            _ => _thread?.Hub,
        };
        if (hub?.Stream == stream) return hub;
        lock (_gate) return _others.GetValueOrDefault(stream)?.Hub;
    }

    private async Task Execute(StreamId stream, Request request)
    {
        try
        {
            var answer = await services.Calls.Execute(OpenHub(stream)?.Grain ?? stream.Grain(services.Cluster), request, CancellationToken.None);
            services.Metrics.Answered(answer);
            SendAnswer(stream, request.Id.Counter, answer);
        }
        catch (Exception e)
        {
            // A defect of ours must not cost the sender an answer.
            CommandFailed(services.Log, e, Name);
            Refuse(request.Id.Counter, new Refused(Refusal.Unavailable));
        }
        finally
        {
            Finish();
        }
    }

    private async Task People(RosterQuery query)
    {
        try
        {
            if (RosterRules.Check(query.After, query.Limit) is { } refused)
            {
                Refuse(query.Id, refused);
                return;
            }
            var request = new PeopleRequest(Caller.Participant(Participant), query.After, query.Limit, MeetingSeen, query.Role);
            var page = await services.Calls.Call(
                static (state, token) => state.grain.People(state.request, token), (grain: (IMeetingGrain)_meetingId!.Grain(services.Cluster), request), CancellationToken.None);
            if ((page is null ? Refusal.MeetingNotFound : page.Refusal) is { } refusal) Refuse(query.Id, new Refused(refusal));
            else socket.Send(ServerMessages.Roster(query.Id, page!), exempt: true);
        }
        catch (ClusterUnavailableException)
        {
            Refuse(query.Id, new Refused(Refusal.Unavailable));
        }
        finally
        {
            Finish();
        }
    }

    // Signals go to streams that the sender reads, in the sender's name: nothing else of the message is believed.
    private void Signal(ReadOnlySpan<byte> utf8, in Envelope envelope)
    {
        var (message, refused) = ClientTypes.Parse(utf8, ClientJson.Default.SignalMessage);
        var hub = message?.Thread is { } named ? ThreadOf(named) is { } stream ? OpenHub(stream) : null
            : message?.Signal.Type == "typing" ? _thread?.Hub
            : (_room ?? _meeting)?.Hub;
        if (refused is null && (_placement?.Place is null or Ids.Waiting)) refused = WhileWaiting(message!, hub);
        if (refused is null && hub is null) refused = new Refused(Refusal.NotJoined, "thread");
        Signal? signal = message?.Signal switch
        {
            { Type: "typing" } => new TypingSignal(Participant),
            { Type: "reaction", Reaction: { Length: > 0 and <= Limits.ReactionLength } reaction } => new ReactionSignal(Participant, reaction),
            { Type: "active_speaker" } => new ActiveSpeakerSignal(Participant),
            _ => null,
        };
        if (refused is null && signal is ReactionSignal && _meeting?.Hub.MayReact(Participant) == false)
            refused = new Refused(Refusal.NotAllowed, "reactions are switched off or locked");
        if (refused is null && signal is null) refused = new Refused(Refusal.InvalidArgument, "signal");
        if (refused is not null) Refuse(envelope.Id, refused);
        else _ = Send(hub!, signal!);
    }

    // Only to say that they write, where they may; only moderators are told.
    private Refused? WhileWaiting(SignalMessage message, Hub? hub)
    {
        if (message.Signal.Type != "typing" || hub?.Stream.IsWaitingRoom != true) return new Refused(Refusal.Waiting);
        return _meeting?.Hub.MayChatWaiting(Participant) == true ? null : new Refused(Refusal.NotAllowed, "who waits does not write");
    }

    private async Task Send(Hub hub, Signal signal)
    {
        try
        {
            await hub.Grain.Signal(signal);
        }
        catch (Exception e) when (ClusterCalls.IsTransient(e))
        {
            // Transient by definition: a lost signal is none.
            SignalLost(services.Log, e, Name);
        }
    }

    private bool TryBegin(long id)
    {
        if (Interlocked.Increment(ref _pending) <= MaxPending) return true;
        Finish();
        Refuse(id, new Refused(Refusal.Busy, $"{MaxPending} commands are under way"));
        return false;
    }

    private void Finish()
    {
        if (Interlocked.Decrement(ref _pending) == 0 && Volatile.Read(ref _closing) is var code and not 0) socket.Close((CloseCode)code);
    }

    private void Refuse(long id, Refused refused) => socket.Send(ServerMessages.Refused(id, refused));

    [LoggerMessage(3, LogLevel.Error, "A command of {Who} failed in a way that should not be.")]
    private static partial void CommandFailed(ILogger log, Exception e, string who);

    [LoggerMessage(4, LogLevel.Debug, "A signal of {Who} was lost.")]
    private static partial void SignalLost(ILogger log, Exception e, string who);
}
