using Actors.Contracts;

namespace Actors.Gateway;

// What the sender wants.
internal sealed partial class Participation
{
    public override void Handle(ReadOnlySpan<byte> utf8, in Envelope envelope)
    {
        // Meant for another socket: in the meeting it would be read by others than its sender thinks.
        if (envelope.Channel is not null)
        {
            Refuse(envelope.Id, new Refused(Refusal.InvalidArgument, "channel: this socket is in a meeting"));
            return;
        }
        if (TryAsk(utf8, envelope)) return;
        switch (envelope.Type)
        {
            case ClientTypes.Signal:
                Signal(utf8, envelope);
                break;
            case ClientTypes.Follow:
                if (Begun(utf8, envelope, ClientJson.Default.FollowRoomQuery) is { } follow) Follow(follow, RoomThreadOf(envelope));
                break;
            case ClientTypes.Unfollow:
                if (Begun(utf8, envelope, ClientJson.Default.UnfollowRoomQuery) is { } unfollow) Unfollow(unfollow, RoomThreadOf(envelope));
                break;
            case ClientTypes.Roster:
                if (Begun(utf8, envelope, ClientJson.Default.RosterQuery) is { } people) _ = People(people);
                break;
            case ClientTypes.Follow or ClientTypes.Unfollow or ClientTypes.Inbox:
                Refuse(envelope.Id, new Refused(Refusal.InvalidArgument, $"{envelope.Type}: this socket is in a meeting"));
                break;
            default:
                if (CommandOf(utf8, envelope) is { } command) Command(command, envelope);
                break;
        }
    }

    private void Command(ClientCommand command, in Envelope envelope)
    {
        if (Target(command, envelope, out var seen) is not { } stream)
        {
            Refuse(envelope.Id, new Refused(Refusal.InvalidArgument, command is ThreadCommand ? ThreadField : "place"));
            return;
        }
        if (!TryBegin(envelope.Id)) return;
        var request = new Request(
            new CommandId(Session, envelope.Id), Caller.Participant(Participant), command, seen, stream.Kind == StreamKind.Meeting ? 0 : MeetingSeenBy(stream));
        _ = Execute(stream, OpenHub(stream)?.Grain ?? stream.Grain(Services.Cluster), request);
    }

    // The stream whose grain decides; null where the message names none.
    private StreamId? Target(ClientCommand command, in Envelope envelope, out long seen)
    {
        var place = _placement?.Place ?? Ids.Main;
        var target = command switch
        {
            ThreadCommand => ThreadOf(envelope),
            SpaceCommand when (envelope.Place ?? place) is var space && Ids.IsRoom(space) => Ids.IsValid(space) ? _meetingId.Room(space) : null,
            _ => _meetingId,
        };
        seen = target is null ? 0 : (OpenHub(target)?.Head ?? 0);
        return target;
    }

    protected override string ThreadField => "thread";

    protected override StreamId? ThreadOf(in Envelope envelope) => envelope.Thread switch
    {
        null => _meetingId.Thread(Ids.Main),
        var thread when Ids.IsValid(thread) => _meetingId.Thread(thread),
        var thread => Ids.AsDirect(thread) is { } direct ? _meetingId.Thread(direct) : null,
    };

    private Hub? OpenHub(StreamId stream)
    {
        var hub = stream.Kind switch
        {
            StreamKind.Meeting => _meeting?.Hub,
            StreamKind.Room => _room?.Hub,
            _ => null,
        };
        if (hub?.Stream == stream) return hub;
        lock (_gate) return _threads.FirstOrDefault(slot => slot.Hub.Stream == stream)?.Hub;
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
            var page = await Services.Calls.Call(
                static (state, token) => state.grain.People(state.request, token), (grain: (IMeetingGrain)_meetingId.Grain(Services.Cluster), request), CancellationToken.None);
            if ((page is null ? Refusal.MeetingNotFound : page.Refusal) is { } refusal) Refuse(query.Id, new Refused(refusal));
            else Socket.Send(ServerMessages.Roster(query.Id, page!), exempt: true);
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

    // Signals go to streams that the sender reads, in the sender's name: nothing else of the message is believed. Whether they may is the stream's grain's to say.
    private void Signal(ReadOnlySpan<byte> utf8, in Envelope envelope)
    {
        var (message, refused) = ClientTypes.Parse(utf8, ClientJson.Default.SignalMessage);
        var hub = envelope.Thread is not null ? ThreadOf(envelope) is { } stream ? OpenHub(stream) : null
            : message?.Signal.Type == "typing" ? OpenHub(_meetingId.Thread(_placement?.Place ?? Ids.Main))
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
        if (refused is null && signal is null) refused = new Refused(Refusal.InvalidArgument, "signal");
        if (refused is not null) Refuse(envelope.Id, refused);
        else _ = Send(hub!, signal!, envelope.Id);
    }

    // Only to say that they write; only moderators are told.
    private static Refused? WhileWaiting(SignalMessage message, Hub? hub) =>
        message.Signal.Type == "typing" && hub?.Stream.IsWaitingRoom == true ? null : new Refused(Refusal.Waiting);
}
