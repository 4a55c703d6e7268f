using System.Collections.Immutable;
using Actors.Contracts;
using Microsoft.Extensions.Logging;

namespace Actors.Gateway;

/// <summary>
/// What a socket is once its token was read: in a meeting (<see cref="Participation"/>), or following channels (<see cref="Following"/>). Here is what both
/// have: messages come one at a time, several may be under way, and each is answered when it is done. What the client is told in answers it knows to be
/// durable: nothing that it is shown afterwards is older (P9).
/// </summary>
internal abstract partial class SocketSession(ClientSocket socket, SocketServices services, Hello hello)
{
    /// <summary>
    /// Commands of one socket under way: no more than a session's answers are remembered, so that one delayed by retries is never too old.
    /// </summary>
    public const int MaxPending = Limits.RememberedAnswers;

    /// <summary>Signals of one socket that grains were asked to take and have not yet; who sends more is sending them faster than anybody is shown them.</summary>
    private const int MaxSignals = 16;

    /// <summary>Streams that were left, and whose numbers are kept: by the time that a socket returns to one, the views are newer than what it did there before.</summary>
    private const int AcknowledgedStreams = 8;

    // Guards what the client knows; taken under hubs' locks, and never around theirs.
    private readonly Lock _knowing = new();
    private ImmutableDictionary<string, long>? _claimed = hello.Seen;
    private Dictionary<string, long>? _acknowledged;
    private int _pending;
    private int _signals;

    // How it ended; 0 while it has not.
    private int _closing;

    public abstract string Participant { get; }

    /// <summary>The client's own id of it.</summary>
    public string Session { get; } = hello.Session;

    /// <summary>Number of the last event of the meeting that concerned this participant; 0 outside meetings.</summary>
    public virtual long MeetingSeen => 0;

    /// <summary>What of the meeting a room or thread must have heard of before it answers here.</summary>
    protected virtual long MeetingSeenBy(StreamId stream) => MeetingSeen;

    /// <summary>For logs.</summary>
    public abstract string Name { get; }

    public bool IsClosing => Volatile.Read(ref _closing) != 0;

    /// <summary>After <c>hello</c>; heartbeats begin with the welcome.</summary>
    public abstract Task Begin();

    /// <summary>Anything but <c>hello</c>, <c>ping</c> and <c>pong</c>, within the rate. Faults of the sender are answered.</summary>
    public abstract void Handle(ReadOnlySpan<byte> utf8, in Envelope envelope);

    /// <summary>About once a second, while heartbeats go.</summary>
    public virtual void Tick()
    {
    }

    /// <summary>The socket is gone.</summary>
    public abstract void End();

    protected ClientSocket Socket => socket;

    protected SocketServices Services => services;

    /// <summary>Whether a stream is read here.</summary>
    protected abstract bool Reads(string stream);

    /// <summary>Nothing is shown from here. Commands under way, such as the one that brought the end, are still answered.</summary>
    public void Close(CloseCode code)
    {
        if (Interlocked.CompareExchange(ref _closing, (int)code, 0) == 0 && Volatile.Read(ref _pending) == 0) socket.Close(code);
    }

    /// <summary>A frame of a stream.</summary>
    public void Send(ReadOnlyMemory<byte> frame)
    {
        if (!IsClosing) socket.Send(frame);
    }

    /// <inheritdoc cref="ISubscriber.SendSnapshot"/>
    public bool SendSnapshot(StreamId stream, long number, ReadOnlyMemory<byte> frame)
    {
        // In the same lock as answers: the client sees them in the order in which they were weighed.
        lock (_knowing)
        {
            if (number < AcknowledgedOf(stream)) return false;
            if (!IsClosing) socket.Send(frame, exempt: true);
            return true;
        }
    }

    protected void Refuse(long id, Refused refused) => socket.Send(ServerMessages.Refused(id, refused));

    /// <summary>False, and refused, where too much is under way. After true, <see cref="Finish"/>.</summary>
    protected bool TryBegin(long id)
    {
        if (Interlocked.Increment(ref _pending) <= MaxPending) return true;
        Finish();
        Refuse(id, new Refused(Refusal.Busy, $"{MaxPending} commands are under way"));
        return false;
    }

    protected void Finish()
    {
        if (Interlocked.Decrement(ref _pending) == 0 && Volatile.Read(ref _closing) is var code and not 0) socket.Close((CloseCode)code);
    }

    /// <summary>A message's command, where it is one; else it is refused.</summary>
    protected ClientCommand? CommandOf(ReadOnlySpan<byte> utf8, in Envelope envelope)
    {
        var (command, refused) = CommandJson.Parse(utf8, envelope);
        if (refused is null && envelope.Id == 0) refused = new Refused(Refusal.InvalidArgument, "missing: 'id'");
        if (refused is null) return command;
        Refuse(envelope.Id, refused);
        return null;
    }

    /// <summary>After <see cref="TryBegin"/>.</summary>
    protected async Task Execute(StreamId stream, IStreamGrain grain, Request request)
    {
        try
        {
            var answer = await services.Calls.Execute(grain, request, CancellationToken.None);
            services.Metrics.Answered(answer);
            Answer(stream, request.Id.Counter, answer);
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

    /// <summary>Something transient, which may be lost. It has no answer but a refusal.</summary>
    /// <param name="id">Of the message; 0 where it had none.</param>
    protected async Task Send(Hub hub, Signal signal, long id)
    {
        try
        {
            var refused = Interlocked.Increment(ref _signals) > MaxSignals
                ? new Refused(Refusal.Busy, $"{MaxSignals} signals are under way")
                : await hub.Grain.Signal(signal, hub.Stream.Kind == StreamKind.Meeting ? 0 : MeetingSeen);
            if (refused is not null) Refuse(id, refused);
        }
        catch (Exception e)
        {
            // Transient by definition: a lost signal is none.
            SignalLost(services.Log, e, Name);
        }
        finally
        {
            Interlocked.Decrement(ref _signals);
        }
    }

    /// <inheritdoc cref="ISubscriber.Claimed"/>
    public long Claimed(StreamId stream) => _claimed?.GetValueOrDefault(stream.Name) ?? 0;

    /// <inheritdoc cref="ISubscriber.Acknowledged"/>
    public long Acknowledged(StreamId stream)
    {
        lock (_knowing) return AcknowledgedOf(stream);
    }

    /// <summary>The highest number of a stream that this client was told is durable, here or, by its own word, on an earlier socket.</summary>
    public long Known(StreamId stream) => Math.Max(Acknowledged(stream), Claimed(stream));

    /// <summary>What the client has said of numbers was about other streams.</summary>
    protected void ForgetClaims() => _claimed = null;

    private void Answer(StreamId stream, long id, Answer answer)
    {
        var message = ServerMessages.Answer(id, stream.Name, answer);
        lock (_knowing)
        {
            if (answer is Accepted accepted) Acknowledge(stream.Name, accepted.Last);
            socket.Send(message);
        }
    }

    /// <summary>The client was shown, or told of, the stream up to here.</summary>
    protected void Acknowledge(StreamId stream, long number)
    {
        lock (_knowing)
            if (number > AcknowledgedOf(stream)) Acknowledge(stream.Name, number);
    }

    // Callers hold the lock.

    private long AcknowledgedOf(StreamId stream) => _acknowledged?.GetValueOrDefault(stream.Name) ?? 0;

    private void Acknowledge(string stream, long number)
    {
        _acknowledged ??= new Dictionary<string, long>(capacity: 1);
        if (!_acknowledged.TryGetValue(stream, out var known) && _acknowledged.Count >= AcknowledgedStreams
            && _acknowledged.Keys.FirstOrDefault(name => !Reads(name)) is { } left) _acknowledged.Remove(left);
        _acknowledged[stream] = Math.Max(known, number);
    }

    [LoggerMessage(3, LogLevel.Error, "A command of {Who} failed in a way that should not be.")]
    protected static partial void CommandFailed(ILogger log, Exception e, string who);

    [LoggerMessage(4, LogLevel.Debug, "A signal of {Who} was lost.")]
    private static partial void SignalLost(ILogger log, Exception e, string who);
}
