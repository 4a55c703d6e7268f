using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>
/// What a socket is outside meetings: a user who follows channels, and writes to any of which they are a member. Each channel that is followed has a
/// <see cref="ChannelReader"/>; what concerns one channel is done in the order in which it was asked for, and holds up no other.
/// </summary>
internal sealed partial class Following(ClientSocket socket, SocketServices services, UserGrant grant, Hello hello) : SocketSession(socket, services, hello)
{
    /// <summary>Channels that one socket follows: each is a stream that it reads, as a participant reads as many direct threads.</summary>
    public const int MaxChannels = Limits.DirectsPerParticipant;

    /// <summary>A channel that is followed, or about to be.</summary>
    private sealed class Slot
    {
        public ChannelReader? Reader { get; set; }

        /// <summary>The last of those who wait their turn.</summary>
        public Task Turn { get; set; } = Task.CompletedTask;

        public int Waiting { get; set; }
    }

    // Held for moments, taken under hubs' locks, never around a hub's.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Slot> _channels = new(StringComparer.Ordinal);

    // Until the session begins. Nothing else of hello is kept: its token is long.
    private ImmutableDictionary<string, long>? _resume = hello.Resume;
    private bool _ended;

    public override string Participant => grant.User;

    public override string Name => $"{grant.Tenant} {grant.User}";

    /// <summary>Whose it is.</summary>
    public (string Tenant, string User) Owner => (grant.Tenant, grant.User);

    /// <summary>Sessions of one name are one session.</summary>
    public (string Tenant, string User, string Session) Key => (grant.Tenant, grant.User, Session);

    public override async Task Begin()
    {
        var resumed = (_resume ?? []).Select(one => (Channel: StreamId.ChannelOf(one.Key), one.Value)).Where(one => one.Channel is not null).ToList();
        _resume = null;
        // A process that stops sends all of its sockets here at once, each with all of its channels.
        if (resumed.Count > 0 && !await Services.Admission.Enter(CancellationToken.None))
        {
            Socket.Close(CloseCode.Unavailable);
            return;
        }
        Services.Sessions.Begin(this);
        Socket.Send(ServerMessages.Welcome(Participant, Session, Services.Limits.HeartbeatSeconds));
        Socket.Greet();
        if (resumed.Count > 0) _ = Resume([.. resumed.Select(one => Resume(one.Channel!, one.Value))]);
    }

    public override void End()
    {
        Services.Sessions.End(this);
        List<ChannelReader> readers;
        lock (_gate)
        {
            _ended = true;
            if (_watching) Services.Inboxes.Leave(this);
            readers = [.. _channels.Values.Select(slot => slot.Reader).OfType<ChannelReader>()];
            _channels.Clear();
        }
        foreach (var reader in readers) reader.Leave();
    }

    /// <summary>A channel that its reader cannot be shown any more.</summary>
    public void Ended(ChannelReader reader, Refusal reason)
    {
        lock (_gate)
        {
            if (!_channels.TryGetValue(reader.Stream.Place, out var slot) || slot.Reader != reader) return;
            slot.Reader = null;
            if (slot.Waiting == 0) _channels.Remove(reader.Stream.Place);
            Send(ServerMessages.Detached(reader.Stream.Name, reason: reason));
        }
    }

    protected override bool Reads(string stream)
    {
        lock (_gate) return StreamId.ChannelOf(stream) is { } channel && _channels.ContainsKey(channel);
    }

    private StreamId StreamOf(string channel) => StreamId.Channel(grant.Tenant, channel);

    private Hub? HubOf(string channel)
    {
        lock (_gate) return _channels.GetValueOrDefault(channel)?.Reader?.Hub;
    }

    private async Task Follow(FollowQuery query)
    {
        var refused = !Ids.IsValid(query.Channel) ? new Refused(Refusal.InvalidArgument, "channel")
            : query.After < 0 ? new Refused(Refusal.InvalidArgument, "after")
            : await InTurn(query.Channel, slot => Follow(slot, query.Channel, query.After, query.Id));
        if (refused is not null) Refuse(query.Id, refused);
        Finish();
    }

    private async Task Unfollow(UnfollowQuery query)
    {
        if (!Ids.IsValid(query.Channel)) Refuse(query.Id, new Refused(Refusal.InvalidArgument, "channel"));
        else if (!Reads(StreamOf(query.Channel).Name)) Leave(null, query);
        else await InTurn(query.Channel, slot => Task.FromResult(Leave(slot, query)));
        Finish();
    }

    private async Task Resume(ImmutableArray<Task> resumed)
    {
        try
        {
            await Task.WhenAll(resumed);
        }
        finally
        {
            Services.Admission.Leave();
        }
    }

    private async Task Resume(string channel, long number)
    {
        if (await InTurn(channel, slot => Follow(slot, channel, number < 0 ? null : number, id: null)) is { } refused)
            Send(ServerMessages.Detached(StreamOf(channel).Name, reason: refused.Reason));
    }

    // One after the other for each channel; null, or why nothing was done. Never fails.
    private Task<Refused?> InTurn(string channel, Func<Slot, Task<Refused?>> act)
    {
        lock (_gate)
        {
            if (!_channels.TryGetValue(channel, out var slot))
            {
                if (_channels.Count >= MaxChannels) return Task.FromResult<Refused?>(new Refused(Refusal.LimitReached, $"{MaxChannels} channels are followed"));
                _channels[channel] = slot = new Slot();
            }
            slot.Waiting++;
            var turn = Act(slot.Turn, channel, slot, act);
            slot.Turn = turn;
            return turn;
        }
    }

    private async Task<Refused?> Act(Task before, string channel, Slot slot, Func<Slot, Task<Refused?>> act)
    {
        // Also to be out of the lock.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            return await act(slot);
        }
        catch (Exception e)
        {
            // A defect of ours must not cost the sender an answer, nor those who wait their turn.
            if (e is not ClusterUnavailableException) CommandFailed(Services.Log, e, Name);
            return new Refused(Refusal.Unavailable);
        }
        finally
        {
            lock (_gate)
                if (--slot.Waiting == 0 && slot.Reader is null) _channels.Remove(channel);
        }
    }

    /// <param name="id">Of the message to be answered, if any.</param>
    private async Task<Refused?> Follow(Slot slot, string channel, long? after, long? id)
    {
        lock (_gate)
        {
            if (slot.Reader is not null)
            {
                Answer();
                return null;
            }
        }
        var reader = new ChannelReader(this, StreamOf(channel), Services);
        if (await reader.Confirm() is { } reason) return new Refused(reason);
        lock (_gate)
        {
            if (_ended) return null;
            slot.Reader = reader;
            Answer();
        }
        reader.Open(after);
        return null;

        void Answer()
        {
            if (id is { } number) Socket.Send(ServerMessages.Followed(number, StreamOf(channel).Name));
        }
    }

    private Refused? Leave(Slot? slot, UnfollowQuery query)
    {
        slot?.Reader?.Leave();
        lock (_gate)
        {
            if (slot is not null) slot.Reader = null;
            Socket.Send(ServerMessages.Detached(StreamOf(query.Channel).Name, query.Id));
        }
        return null;
    }
}
