using Orleans.Calls;
using Orleans.Codec;
using Orleans.Runtime;

namespace Orleans.Transport;

/// <summary>
/// A connection to another process, shared by all calls both ways. Frames are gathered in a buffer while the socket takes the burst before, so a
/// system call carries many of them. It may be written to before it is open: what waits is sent after the handshake. This part writes.
/// </summary>
internal sealed partial class Connection : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();

    // Guarded by _gate, to the end of the list.
    private readonly Dictionary<ulong, Call> _pending = [];
    private readonly Dictionary<ulong, Call> _serving = [];
    private readonly Dictionary<ulong, TaskCompletionSource<bool>> _probes = [];
    private byte[] _waiting = [];
    private byte[]? _spare;
    private int _waitingLength;
    private int _sendingLength;
    private long _handedOver;
    private bool _flushing;
    private bool _open;
    private bool _finishing;
    private bool _retired;
    private string? _closed;

    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Line? _line;
    private ulong _lastId;

    public Connection(Connections owner, SiloAddress? peer)
    {
        Owner = owner;
        Peer = peer;
        // Nobody has to wait for it.
        _opened.Task.ContinueWith(static task => task.Exception, TaskScheduler.Default);
    }

    public Connections Owner { get; }

    /// <summary>The silo at the other end; null for a client.</summary>
    public SiloAddress? Peer { get; }

    /// <summary>Done when the handshake is; fails when the connection could not be made.</summary>
    public Task Opened => _opened.Task;

    public bool IsClosed => Volatile.Read(ref _closed) is not null;

    private string Name => Peer?.ToString() ?? "a client";

    /// <exception cref="OrleansException">Larger than the other side accepts.</exception>
    public static void CheckSize(int bytes)
    {
        if (bytes > TransportLimits.MaxFrameBytes)
        {
            throw new OrleansException($"A message of {bytes} bytes; the limit is {TransportLimits.MaxFrameBytes}.");
        }
    }

    /// <summary>
    /// Sends a call; its answer completes it. Fails it where it cannot be sent. False where this connection was retired after it was found: the
    /// call belongs on another one.
    /// </summary>
    public bool Send(Call call)
    {
        if (call.IsAbandoned)
        {
            // Its caller has gone, while it waited to be passed on: executing it would only cost.
            return true;
        }

        using var writer = CodecWriter.Rent();
        var id = Interlocked.Increment(ref _lastId);
        Exception? failure;
        try
        {
            Messages.WriteRequest(writer, call, id, Owner.ViewVersion, Remaining(call));
            CheckSize(writer.Written.Length);
            if (!TryEnqueue(writer.Written, call, id, out failure))
            {
                return false;
            }
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (failure is not null)
        {
            call.Fail(failure);
        }
        else if (!call.Facts.OneWay && (call.IsAbandoned || call.CalleeToken.IsCancellationRequested))
        {
            CatchUp(call, id);
        }

        return true;
    }

    public void SendCancel(Call call) => SendNumber(FrameKind.Cancel, call.CarrierId);

    // Cancelled, or ended by its deadline, while it was being sent: who did it found no connection to say so on.
    private void CatchUp(Call call, ulong id)
    {
        bool waits;
        lock (_gate)
        {
            waits = _pending.ContainsKey(id);
        }

        if (call.CalleeToken.IsCancellationRequested || (waits && call.Caller.CancelOnTimeout))
        {
            SendNumber(FrameKind.Cancel, id);
        }

        if (call.IsAbandoned)
        {
            Forget(call);
        }
    }

    public void SendNumber(FrameKind kind, ulong number)
    {
        using var writer = CodecWriter.Rent();
        Messages.WriteNumber(writer, kind, number);
        Append(writer.Written);
    }

    /// <summary>The caller waits no longer; an answer that still comes is ignored.</summary>
    public void Forget(Call call)
    {
        lock (_gate)
        {
            _pending.Remove(call.CarrierId);
        }

        if (Volatile.Read(ref _finishing))
        {
            CloseIfFinished();
        }
    }

    public void Answer(ulong id, ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            _serving.Remove(id);
        }

        Append(frame);
    }

    /// <summary>True when the other side answers, within the time that <paramref name="cancellation"/> allows.</summary>
    public async Task<bool> Probe(CancellationToken cancellation)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_closed is not null)
            {
                return false;
            }

            _probes[id] = answer;
        }

        try
        {
            SendNumber(FrameKind.Probe, id);
            return await answer.Task.WaitAsync(cancellation);
        }
        finally
        {
            lock (_gate)
            {
                _probes.Remove(id);
            }
        }
    }

    async void IThreadPoolWorkItem.Execute()
    {
        try
        {
            var output = _line!.Output;
            while (TakeBurst(out var burst, out var length))
            {
                var flushed = await output.WriteAsync(burst.AsMemory(0, length));
                if (flushed.IsCompleted || flushed.IsCanceled)
                {
                    Close("the other side closed it");
                }

                GiveBack(burst);
            }
        }
        catch (Exception exception)
        {
            Close(exception.Message);
        }

        CloseIfFinished();
        if (IsClosed)
        {
            await CompleteOutput();
        }
    }

    private SiloUnavailableException NotSent(Call call, string reason) =>
        new($"{Name} cannot be reached ({reason}); {call.Facts.Name} was not sent.");

    private static TimeSpan Remaining(Call call)
    {
        // Zero means none: one-way calls, and callers that wait for ever. One that has just expired has some.
        if (call.ExpiresAt is 0 or long.MaxValue)
        {
            return TimeSpan.Zero;
        }

        var left = TimeSpan.FromTicks(call.ExpiresAt - call.Caller.Deadlines.Now);
        return left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
    }

    private bool TryEnqueue(ReadOnlySpan<byte> frame, Call call, ulong id, out Exception? failure)
    {
        failure = null;
        bool schedule;
        lock (_gate)
        {
            if (_retired)
            {
                return false;
            }

            if (_closed is not null)
            {
                failure = NotSent(call, _closed);
                return true;
            }

            if (_waitingLength + _sendingLength + frame.Length > TransportLimits.MaxQueuedBytes || _pending.Count >= TransportLimits.MaxPendingCalls)
            {
                failure = new OrleansMessageRejectionException($"The connection to {Name} is overloaded; {call.Facts.Name} was not sent.");
                return true;
            }

            if (!call.Facts.OneWay)
            {
                _pending.Add(id, call);
                (call.Carrier, call.CarrierId, call.CarrierPosition) = (this, id, _handedOver + _waitingLength);
            }

            schedule = Gather(frame);
        }

        Schedule(schedule);
        return true;
    }

    // Anything but requests: never rejected, as there is nobody to tell.
    private void Append(ReadOnlySpan<byte> frame)
    {
        bool schedule, overflow;
        lock (_gate)
        {
            if (_closed is not null)
            {
                return;
            }

            overflow = _waitingLength + _sendingLength + frame.Length > TransportLimits.MaxQueuedAnswerBytes;
            schedule = !overflow && Gather(frame);
        }

        if (overflow)
        {
            Close("it does not take its answers");
        }

        Schedule(schedule);
    }

    private bool Gather(ReadOnlySpan<byte> frame)
    {
        if (_waiting.Length - _waitingLength < frame.Length)
        {
            const int Smallest = 16 * 1024;
            Array.Resize(ref _waiting, Math.Max(Math.Max(_waiting.Length * 2, Smallest), _waitingLength + frame.Length));
        }

        frame.CopyTo(_waiting.AsSpan(_waitingLength));
        _waitingLength += frame.Length;
        if (_flushing || !_open)
        {
            return false;
        }

        return _flushing = true;
    }

    // To the back of the queue: whatever is ready to run now adds its frames to this burst.
    private void Schedule(bool schedule)
    {
        if (schedule)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private bool TakeBurst(out byte[] burst, out int length)
    {
        lock (_gate)
        {
            (burst, length) = (_waiting, _waitingLength);
            if (length == 0 || _closed is not null)
            {
                _flushing = false;
                return false;
            }

            (_waiting, _waitingLength, _sendingLength, _spare) = (_spare ?? [], 0, length, null);
            _handedOver += length;
            return true;
        }
    }

    private void GiveBack(byte[] burst)
    {
        lock (_gate)
        {
            _sendingLength = 0;
            _spare = burst.Length <= TransportLimits.MaxKeptBuffer ? burst : null;
        }
    }
}
