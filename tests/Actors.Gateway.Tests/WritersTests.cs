using System.Net.WebSockets;

namespace Actors.Gateway.Tests;

/// <summary>Many sockets that have something to write at the same time.</summary>
public sealed class WritersTests
{
    private const int Sockets = 5_000;
    private const int AtOnce = 2;
    private static readonly byte[] News = "{}"u8.ToArray();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task News_for_everybody_reaches_everybody_and_leaves_few_writes_unsent()
    {
        var kernel = new Kernel(Sockets);
        var writers = new Writers(AtOnce);
        var outboxes = Enumerable.Range(0, Sockets).Select(_ => NewOutbox(new SentLater(kernel), writers)).ToList();
        foreach (var outbox in outboxes) outbox.TrySend(News).ShouldBeTrue();
        await kernel.AllSent.WaitAsync(Patience);
        kernel.Sent.ShouldBe(Sockets);
        // Each runner has one slice written that is not sent and one that is being written; some threads more than that may stand between the two.
        kernel.MostUnsent.ShouldBeLessThan(AtOnce * Writers.Slice * 4);
    }

    [Fact]
    public async Task What_comes_while_the_last_runner_ends_is_written_too()
    {
        const int rounds = 20_000;
        var writers = new Writers(1);
        for (var round = 0; round < rounds; round++)
        {
            var kernel = new Kernel(2);
            var (one, other) = (NewOutbox(new SentLater(kernel), writers), NewOutbox(new SentLater(kernel), writers));
            one.TrySend(News).ShouldBeTrue();
            other.TrySend(News).ShouldBeTrue();
            await kernel.AllSent.WaitAsync(Patience);
        }
    }

    private static Outbox NewOutbox(Stream connection, Writers writers)
    {
        var stream = new CoalescingStream(connection, () => { });
        return new Outbox(WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true }), stream, new SocketOptions(), writers);
    }

    /// <summary>What is written is sent by a work item of the thread pool, as Kestrel does.</summary>
    private sealed class Kernel(int expected)
    {
        private readonly TaskCompletionSource _allSent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _unsent;
        private int _mostUnsent;
        private int _sent;

        public Task AllSent => _allSent.Task;

        public int Sent => Volatile.Read(ref _sent);

        public int MostUnsent => Volatile.Read(ref _mostUnsent);

        public void Write()
        {
            var unsent = Interlocked.Increment(ref _unsent);
            for (var most = MostUnsent; unsent > most; most = MostUnsent)
                Interlocked.CompareExchange(ref _mostUnsent, unsent, most);
            ThreadPool.UnsafeQueueUserWorkItem(
                static kernel =>
                {
                    Interlocked.Decrement(ref kernel._unsent);
                    if (Interlocked.Increment(ref kernel._sent) == kernel.Expected) kernel._allSent.TrySetResult();
                },
                this, preferLocal: false);
        }

        private int Expected => expected;
    }

    private sealed class SentLater(Kernel kernel) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            kernel.Write();
            return ValueTask.CompletedTask;
        }
    }
}
