using Actors.Contracts;
using Microsoft.Extensions.Logging;

namespace Actors.Gateway;

/// <summary>
/// One channel that a socket follows, from one <c>follow</c> to its end. Its hub sends it the stream; that its user is a member is the grain's to say, first
/// and whenever events between then and now may be unknown here. From the event that removes the user on it is shown nothing.
/// </summary>
internal sealed partial class ChannelReader(Following session, StreamId stream, SocketServices services) : ISubscriber
{
    // Held for moments, taken under hubs' locks, never around a hub's.
    private readonly Lock _gate = new();
    private Hub? _hub;
    private Hub.Position? _entered;

    // The number that the client says it has, until it is sent something; below 0 there is none.
    private long _resume = -1;
    private bool _attaching;
    private bool _again;
    private bool _unconfirmed;
    private bool _left;

    public StreamId Stream => stream;

    /// <summary>Null where it is not read yet, or no longer.</summary>
    public Hub? Hub => _hub;

    public string Participant => session.Participant;

    public string Session => session.Session;

    /// <summary>Only meetings know connections.</summary>
    public string Connection => "";

    public long Epoch { get; private set; }

    public long MeetingSeen => 0;

    /// <summary>Asks the grain whether the user is a member; null where they are, as of <see cref="Epoch"/>.</summary>
    /// <exception cref="ClusterUnavailableException">It could not be asked.</exception>
    public async Task<Refusal?> Confirm()
    {
        var request = new ViewRequest(Audience.Members, Math.Max(_hub?.Head ?? 0, session.Known(stream)), Participant);
        var view = await services.Calls.Call(
            static (state, token) => state.Grain.View(state.request, token), (Grain: stream.Grain(services.Cluster), request), CancellationToken.None);
        if (view is null) return Refusal.ChannelNotFound;
        if (view is not ThreadView { Own: not null }) return Refusal.NotJoined;
        Epoch = view.Number;
        return null;
    }

    /// <summary>Reads from here, once it is confirmed.</summary>
    /// <param name="after">The last number that the client has; null: it begins with a snapshot.</param>
    public void Open(long? after)
    {
        var (hub, entered) = services.Hubs.Enter(stream, this);
        lock (_gate)
        {
            if (!_left)
            {
                (_hub, _entered, _resume) = (hub, entered, after ?? -1);
                Bring();
                return;
            }
        }
        hub.Leave(this);
    }

    /// <summary>Nothing of the channel is sent once this has returned.</summary>
    public void Leave()
    {
        Hub? hub;
        lock (_gate) (hub, _hub, _left) = (_hub, null, true);
        hub?.Leave(this);
    }

    void ISubscriber.Send(ReadOnlyMemory<byte> frame)
    {
        Volatile.Write(ref _resume, -1);
        session.Send(frame);
    }

    bool ISubscriber.SendSnapshot(StreamId of, long number, ReadOnlyMemory<byte> frame)
    {
        if (!session.SendSnapshot(of, number, frame)) return false;
        Volatile.Write(ref _resume, -1);
        return true;
    }

    long ISubscriber.Acknowledged(StreamId of) => session.Acknowledged(of);

    long ISubscriber.Claimed(StreamId of) => session.Claimed(of);

    void ISubscriber.Close(CloseCode code)
    {
        if (code != CloseCode.Removed)
        {
            session.Close(code);
            return;
        }
        lock (_gate) (_hub, _left) = (null, true);
        session.Ended(this, Refusal.NotJoined);
    }

    void ISubscriber.Placed(Placement placement, bool sameClass) => throw new InvalidOperationException("A channel has no places.");

    void ISubscriber.Rejoin() => throw new InvalidOperationException("Nobody joins a channel.");

    // What the hub has not read, a removal may be in.
    void ISubscriber.Reattach(Hub hub)
    {
        lock (_gate)
        {
            if (_hub != hub) return;
            _unconfirmed = true;
            Bring();
        }
    }

    // Caller holds the lock.
    private void Bring()
    {
        _again = true;
        if (_attaching) return;
        _attaching = true;
        _ = Task.Run(Attach);
    }

    private async Task Attach()
    {
        for (var failures = 0; ;)
        {
            Hub hub;
            Hub.Position entered;
            bool unconfirmed;
            lock (_gate)
            {
                if (!_again || _hub is null || _entered is null)
                {
                    _attaching = false;
                    return;
                }
                (hub, entered, unconfirmed) = (_hub, _entered, _unconfirmed);
                (_again, _unconfirmed) = (false, false);
            }
            try
            {
                if (unconfirmed && await Confirm() is { } reason)
                {
                    Leave();
                    session.Ended(this, reason);
                    continue;
                }
                var resume = Volatile.Read(ref _resume);
                await hub.Attach(this, entered, Audience.Members, resume < 0 ? null : resume, CancellationToken.None);
                failures = 0;
            }
            catch (Exception e)
            {
                if (!ClusterCalls.IsTransient(e) && e is not ClusterUnavailableException) AttachingFailed(services.Log, e, session.Name);
                // The socket stays open: what could not be read yet is tried until it can.
                lock (_gate) (_again, _unconfirmed) = (true, _unconfirmed || unconfirmed);
                await Task.Delay(services.Backoff.Pause(failures++), services.Time, CancellationToken.None);
            }
        }
    }

    [LoggerMessage(5, LogLevel.Error, "{Who} could not be brought to a channel in a way that should not be; tried again.")]
    private static partial void AttachingFailed(ILogger log, Exception e, string who);
}
