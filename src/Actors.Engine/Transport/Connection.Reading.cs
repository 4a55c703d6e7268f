using System.Buffers;
using Orleans.Calls;
using Orleans.Codec;
using Orleans.Serialization;

namespace Orleans.Transport;

// From the handshake to the end. One loop reads; calls and answers go on from there at once.
internal sealed partial class Connection
{
    /// <summary>The dialling side: says who it is and waits to be welcomed.</summary>
    /// <exception cref="HandshakeException">The other side refused.</exception>
    public async Task Greet(Line line, Hello hello, CancellationToken cancellation)
    {
        await Say(line, hello, FrameKind.Hello, cancellation);
        var (welcome, refusal) = await ReadHandshake(line, FrameKind.Welcome, cancellation);
        if (refusal is not null)
        {
            Owner.Heard(welcome.ViewVersion);
            throw new HandshakeException(refusal);
        }

        Owner.Heard(welcome.ViewVersion);
        if (!Open(line))
        {
            line.Abort();
        }
    }

    public static async Task Say(Line line, Hello hello, FrameKind kind, CancellationToken cancellation, string? refusal = null)
    {
        byte[] bytes;
        using (var writer = CodecWriter.Rent())
        {
            hello.Write(writer, kind, refusal);
            bytes = writer.Written.ToArray();
        }

        await line.Output.WriteAsync(bytes, cancellation);
    }

    /// <summary>Reads the one frame that must come first.</summary>
    public static async Task<(Hello Hello, string? Refusal)> ReadHandshake(Line line, FrameKind expected, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await line.Input.ReadAsync(cancellation);
            var bytes = read.Buffer;
            if (Frames.TryTake(ref bytes, TransportLimits.MaxHandshakeBytes, out var frame))
            {
                var answer = Parse(frame.ToArray(), expected);
                line.Input.AdvanceTo(bytes.Start);
                return answer;
            }

            line.Input.AdvanceTo(bytes.Start, bytes.End);
            if (read.IsCompleted || read.IsCanceled)
            {
                throw new HandshakeException("the other side closed the connection before it said who it is");
            }
        }
    }

    /// <summary>From now on frames are sent. False where the connection was closed meanwhile.</summary>
    public bool Open(Line line)
    {
        bool schedule;
        lock (_gate)
        {
            if (_closed is not null)
            {
                return false;
            }

            _line = line;
            _open = true;
            schedule = _flushing = _waitingLength > 0;
        }

        _opened.TrySetResult();
        Schedule(schedule);
        return true;
    }

    /// <summary>Reads until the connection ends, for whatever reason; then it is closed.</summary>
    public async Task Read()
    {
        var reason = "the other side closed it";
        var input = _line!.Input;
        try
        {
            while (!IsClosed)
            {
                var read = await input.ReadAsync();
                var bytes = read.Buffer;
                while (Frames.TryTake(ref bytes, TransportLimits.MaxFrameBytes, out var frame))
                {
                    Handle(frame);
                }

                input.AdvanceTo(bytes.Start, bytes.End);
                if (read.IsCompleted || read.IsCanceled)
                {
                    break;
                }
            }
        }
        catch (Exception exception)
        {
            reason = exception.Message;
        }

        Close(reason);
        await input.CompleteAsync();
        bool idle;
        lock (_gate)
        {
            idle = !_flushing;
        }

        if (idle)
        {
            await CompleteOutput();
        }
    }

    private async Task CompleteOutput()
    {
        try
        {
            await _line!.Output.CompleteAsync();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The line is broken already, which is all that is wanted.
        }
    }

    private static (Hello Hello, string? Refusal) Parse(byte[] frame, FrameKind expected)
    {
        try
        {
            var reader = new CodecReader(frame);
            var kind = (FrameKind)reader.ReadByte();
            if (kind != expected && !(expected == FrameKind.Welcome && kind == FrameKind.Refused))
            {
                throw new HandshakeException("the other side is no silo or client of this engine");
            }

            var hello = Hello.Read(ref reader);
            return (hello, kind == FrameKind.Refused ? Hello.Text(ref reader) : null);
        }
        catch (SerializerException exception)
        {
            throw new HandshakeException($"the other side's greeting cannot be read: {exception.Message}");
        }
    }

    private void Handle(ReadOnlySequence<byte> frame)
    {
        if (frame.IsSingleSegment)
        {
            Handle(frame.FirstSpan);
            return;
        }

        var bytes = ArrayPool<byte>.Shared.Rent((int)frame.Length);
        try
        {
            frame.CopyTo(bytes);
            Handle(bytes.AsSpan(0, (int)frame.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    // What throws here closes the connection: the frame is not what this protocol says.
    private void Handle(ReadOnlySpan<byte> frame)
    {
        var reader = new CodecReader(frame);
        switch ((FrameKind)reader.ReadByte())
        {
            case FrameKind.Request:
                Request(ref reader);
                break;
            case FrameKind.Response:
                Response(ref reader);
                break;
            case FrameKind.Cancel:
                Serving(reader.ReadVarint())?.CancelledElsewhere();
                break;
            case FrameKind.Probe:
                Owner.ProbedBy(Peer);
                SendNumber(FrameKind.ProbeAnswer, reader.ReadVarint());
                break;
            case FrameKind.ProbeAnswer:
                Probed(reader.ReadVarint());
                break;
            case FrameKind.View:
                Owner.Heard((long)reader.ReadVarint());
                break;
            case FrameKind.Goodbye:
                Owner.Left((long)reader.ReadVarint());
                break;
            case FrameKind.Finish:
                _ = Finish((long)reader.ReadVarint());
                break;
            case var kind:
                throw new SerializerException($"There is no frame of kind {(byte)kind}.");
        }
    }

    // Not before the view is known that says where to go instead: the silo that leaves still forwards, and nobody else is at its address.
    private async Task Finish(long version)
    {
        await Owner.Reach(version);
        Owner.Retire(this);
        lock (_gate)
        {
            _finishing = true;
        }

        CloseIfFinished();
    }

    private void Request(ref CodecReader reader)
    {
        var head = Messages.ReadHead(ref reader, out var flags);
        var reply = head.OneWay ? null : new ReplyTo(this, head.Id);
        Call call;
        try
        {
            if (Messages.ReadCall(ref reader, head, flags) is not { } read)
            {
                reply?.Failed(new ArgumentException($"This silo knows no such method of {head.Grain}: is it of another version?"));
                return;
            }

            call = read;
            call.Reply = reply;
            call.Forwards = head.Forwards;
        }
        catch (Exception exception)
        {
            // Arguments that cannot be read concern their call alone: the frame's bounds are known.
            reply?.Failed(exception is SerializerException ? exception : new SerializerException("The arguments cannot be read.", exception));
            return;
        }

        if (reply is not null)
        {
            lock (_gate)
            {
                if (!_serving.TryAdd(head.Id, call))
                {
                    throw new SerializerException("Two requests have the same number.");
                }
            }
        }

        Owner.Serve(call, head);
    }

    private void Response(ref CodecReader reader)
    {
        var id = reader.ReadVarint();
        Owner.Heard((long)reader.ReadVarint());
        var outcome = (Outcome)reader.ReadByte();
        Call? call;
        lock (_gate)
        {
            _pending.Remove(id, out call);
        }

        if (call is null)
        {
            return;
        }

        call.Carrier = null;
        try
        {
            switch (outcome)
            {
                case Outcome.Result:
                    call.ReadResult(ref reader);
                    break;
                case Outcome.Canceled:
                    call.SetCanceled(call.CallerToken);
                    break;
                default:
                    call.Fail(Failures.Read(ref reader));
                    break;
            }
        }
        catch (Exception exception)
        {
            call.Fail(new SerializerException($"The answer of {call.Facts.Name} cannot be read.", exception));
        }

        if (Volatile.Read(ref _finishing))
        {
            CloseIfFinished();
        }
    }

    private Call? Serving(ulong id)
    {
        lock (_gate)
        {
            return _serving.GetValueOrDefault(id);
        }
    }

    private void Probed(ulong id)
    {
        TaskCompletionSource<bool>? probe;
        lock (_gate)
        {
            probe = _probes.GetValueOrDefault(id);
        }

        probe?.TrySetResult(true);
    }
}
