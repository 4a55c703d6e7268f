using Actors.Contracts;

namespace Actors.Gateway;

// What the sender wants of a channel. It need not be followed, but for signals: its grain knows who is a member and what they may.
internal sealed partial class Following
{
    public override void Handle(ReadOnlySpan<byte> utf8, in Envelope envelope)
    {
        if (envelope.Thread is not null || envelope.Place is not null)
        {
            Refuse(envelope.Id, new Refused(Refusal.InvalidArgument, "thread, place: this socket is in no meeting"));
            return;
        }
        if (TryAsk(utf8, envelope)) return;
        switch (envelope.Type)
        {
            case ClientTypes.Follow:
                if (Begun(utf8, envelope, ClientJson.Default.FollowQuery) is { } follow) _ = Follow(follow);
                break;
            case ClientTypes.Unfollow:
                if (Begun(utf8, envelope, ClientJson.Default.UnfollowQuery) is { } unfollow) _ = Unfollow(unfollow);
                break;
            case ClientTypes.Inbox:
                if (Begun(utf8, envelope, ClientJson.Default.InboxQuery) is { } inbox) _ = Inbox(inbox);
                break;
            case ClientTypes.Signal:
                Signal(utf8, envelope);
                break;
            case ClientTypes.Roster:
                RefuseMeetings(envelope.Id);
                break;
            default:
                if (CommandOf(utf8, envelope) is { } command) Command(command, ThreadOf(envelope), envelope.Id);
                break;
        }
    }

    protected override string ThreadField => "channel";

    protected override StreamId? ThreadOf(in Envelope envelope) => Ids.IsValid(envelope.Channel) ? StreamOf(envelope.Channel!) : null;

    private void Command(ClientCommand command, StreamId? channel, long id)
    {
        if (command is not ThreadCommand) RefuseMeetings(id);
        else if (channel is null) Refuse(id, new Refused(Refusal.InvalidArgument, ThreadField));
        else if (TryBegin(id))
        {
            var seen = Math.Max(HubOf(channel.Place)?.Head ?? 0, Acknowledged(channel));
            _ = Execute(channel, channel.Grain(Services.Cluster), new Request(new CommandId(Session, id), Caller.Participant(Participant), command, seen));
        }
    }

    // To a channel that is followed: of another nobody has said that the sender is a member.
    private void Signal(ReadOnlySpan<byte> utf8, in Envelope envelope)
    {
        var (message, refused) = ClientTypes.Parse(utf8, ClientJson.Default.SignalMessage);
        if (refused is null && message!.Signal.Type != "typing") refused = new Refused(Refusal.InvalidArgument, "signal");
        var hub = Ids.IsValid(envelope.Channel) ? HubOf(envelope.Channel!) : null;
        if (refused is null && hub is null) refused = new Refused(Refusal.NotJoined, "channel");
        if (refused is not null) Refuse(envelope.Id, refused);
        else _ = Send(hub!, new TypingSignal(Participant), envelope.Id);
    }

    private void RefuseMeetings(long id) => Refuse(id, new Refused(Refusal.NotJoined, "this socket is in no meeting"));
}
