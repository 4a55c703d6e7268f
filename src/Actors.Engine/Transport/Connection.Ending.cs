using Orleans.Calls;
using Orleans.Codec;
using Orleans.Runtime;

namespace Orleans.Transport;

// In good order or not: each call that was under way is told what is known about it.
internal sealed partial class Connection
{
    /// <summary>
    /// Asks the other side to end the connection, and is done when it has ended: no call is torn. What is still to be sent, forwarded calls, goes
    /// over a new connection: the other side closes this one whatever comes after that word.
    /// </summary>
    public Task Drain()
    {
        Owner.Retire(this);
        using var writer = CodecWriter.Rent();
        Messages.WriteNumber(writer, FrameKind.Finish, (ulong)Owner.ViewVersion);
        bool schedule;
        lock (_gate)
        {
            _retired = true;
            schedule = _closed is null && Gather(writer.Written);
        }

        Schedule(schedule);
        return _ended.Task;
    }

    /// <summary>Ends the connection. Calls that were handed to the socket may have been executed; those that were not, were not.</summary>
    public void Close(string reason)
    {
        Call[] pending, serving;
        TaskCompletionSource<bool>[] probes;
        long handedOver;
        lock (_gate)
        {
            if (_closed is not null)
            {
                return;
            }

            _closed = reason;
            handedOver = _handedOver;
            (pending, serving, probes) = ([.. _pending.Values], [.. _serving.Values], [.. _probes.Values]);
            _pending.Clear();
            _serving.Clear();
            (_waiting, _waitingLength, _spare) = ([], 0, null);
        }

        _line?.Abort();
        _opened.TrySetException(new SiloUnavailableException($"{Name} cannot be reached: {reason}"));
        Owner.Closed(this, reason);
        _ended.TrySetResult();
        foreach (var call in pending)
        {
            call.Fail(call.CarrierPosition < handedOver
                ? new SiloUnavailableException($"The connection to {Name} broke ({reason}); whether {call.Facts.Name} was executed is unknown.")
                : NotSent(call, reason));
        }

        foreach (var call in serving)
        {
            // Nobody waits for it any more.
            call.CancelledElsewhere();
        }

        foreach (var probe in probes)
        {
            probe.TrySetResult(false);
        }
    }

    // The other side asked for the end, nothing is under way either way, and all that was to be sent is.
    private void CloseIfFinished()
    {
        bool finished;
        lock (_gate)
        {
            finished = _finishing && _pending.Count == 0 && _serving.Count == 0 && _waitingLength == 0 && !_flushing;
        }

        if (finished)
        {
            Close("it is leaving");
        }
    }
}
