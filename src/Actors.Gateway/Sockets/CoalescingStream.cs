using System.Buffers;

namespace Actors.Gateway;

/// <summary>
/// Between a WebSocket and its connection: while its writer has more to say, frames gather here and go out as one write. Without a batch
/// every write passes through.
/// </summary>
/// <param name="abort">Cuts the connection: disposing its stream alone would leave a peer that reads nothing where it is.</param>
internal sealed class CoalescingStream(Stream inner, Action abort) : Stream
{
    /// <summary>Gathered at most; beyond it what there is goes out.</summary>
    private const int MaxBatch = 32 * 1024;

    private readonly Lock _gate = new();
    private byte[]? _buffer;
    private int _length;
    private bool _batching;

    /// <summary>Ends the connection at once; whatever reads or writes it fails.</summary>
    public void Abort() => abort();

    /// <summary>From here writes gather until <see cref="Push"/>.</summary>
    public void Batch()
    {
        lock (_gate) _batching = true;
    }

    /// <summary>Writes what has gathered and ends the batch.</summary>
    public async ValueTask Push(CancellationToken cancellation)
    {
        byte[]? buffer;
        int length;
        lock (_gate)
        {
            _batching = false;
            (buffer, length) = (_buffer, _length);
            (_buffer, _length) = (null, 0);
        }
        if (buffer is null) return;
        try
        {
            await inner.WriteAsync(buffer.AsMemory(0, length), cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_batching && _length + source.Length <= MaxBatch)
            {
                _buffer ??= ArrayPool<byte>.Shared.Rent(MaxBatch);
                source.Span.CopyTo(_buffer.AsSpan(_length));
                _length += source.Length;
                return ValueTask.CompletedTask;
            }
            if (_buffer is null) return inner.WriteAsync(source, cancellationToken);
        }
        return PushThenWrite(source, cancellationToken);
    }

    private async ValueTask PushThenWrite(ReadOnlyMemory<byte> source, CancellationToken cancellation)
    {
        await Push(cancellation);
        await inner.WriteAsync(source, cancellation);
        Batch();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // The connection's own stream flushes with every write.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
