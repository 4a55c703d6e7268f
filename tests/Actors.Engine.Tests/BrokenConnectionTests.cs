using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Transport;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>What a caller is told when its connection does not do what it should. The silo's side is played by the test.</summary>
public class BrokenConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time = new();
    private readonly PlayedNetwork _network = new();

    [Fact]
    public async Task A_call_that_was_sent_when_the_connection_broke_has_an_unknown_outcome()
    {
        using var client = await Client();
        var call = Grain(client).Where().AsTask();
        await _network.Received.WaitAsync(Patience);
        _network.Break();
        (await Should.ThrowAsync<SiloUnavailableException>(call.WaitAsync(Patience))).Message.ShouldContain("unknown");
    }

    [Fact]
    public async Task A_silo_that_cannot_be_reached_is_left_alone_for_a_while_and_calls_fail_at_once()
    {
        using var client = await Client();
        _network.Refuse = true;
        _network.Break();
        var dials = _network.Dials;
        // The first one may still be sent on the line that is breaking.
        await Should.ThrowAsync<SiloUnavailableException>(() => Grain(client).Where().AsTask().WaitAsync(Patience));
        for (var i = 0; i < 50; i++)
        {
            (await Should.ThrowAsync<SiloUnavailableException>(() => Grain(client).Where().AsTask().WaitAsync(Patience))).Message.ShouldContain("not sent");
        }

        (_network.Dials - dials).ShouldBeInRange(1, 2);
        _time.Advance(TransportLimits.MaxBackoff);
        _network.Refuse = false;
        _ = Grain(client).Where().AsTask();
        await _network.Received.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_fills_a_bounded_queue_and_further_calls_are_rejected()
    {
        using var client = await Client(reads: false);
        var calls = Enumerable.Range(0, 40).Select(_ => Grain(client).Weigh(new byte[1024 * 1024]).AsTask()).ToArray();
        var rejected = calls.Where(c => c.IsFaulted).ToArray();
        rejected.Length.ShouldBeInRange(5, 10, "32 MiB wait, and what the pipe holds");
        rejected.ShouldAllBe(c => c.Exception!.InnerException is OrleansMessageRejectionException && !(c.Exception.InnerException is SiloUnavailableException));
    }

    [Fact]
    public async Task A_handshake_that_does_not_come_is_not_waited_for()
    {
        _network.Greets = false;
        var connecting = Client();
        await _network.Received.WaitAsync(Patience);
        _time.Advance(TransportLimits.ConnectTimeout);
        await Should.ThrowAsync<SiloUnavailableException>(connecting.WaitAsync(Patience));
    }

    private static ITraveller Grain(IHost client) => client.Services.GetRequiredService<IClusterClient>().GetGrain<ITraveller>("a");

    private async Task<IHost> Client(bool reads = true)
    {
        _network.Reads = reads;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, 1));
            client.Services.AddSingleton<INetwork>(_network);
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>One silo that welcomes and then answers nothing.</summary>
    private sealed class PlayedNetwork : INetwork
    {
        private readonly ConcurrentQueue<(Pipe There, Pipe Back)> _lines = new();
        private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public volatile bool Refuse;
        public volatile bool Greets = true;
        public volatile bool Reads = true;
        private int _dials;

        /// <summary>Done with the first bytes after the greeting.</summary>
        public Task Received => _received.Task;

        public int Dials => Volatile.Read(ref _dials);

        public Task<Line> Connect(IPEndPoint to, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _dials);
            if (Refuse)
            {
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            var (there, back) = (new Pipe(), new Pipe());
            _lines.Enqueue((there, back));
            _ = Task.Run(() => Play(new PipeLine(there, back)), CancellationToken.None);
            return Task.FromResult<Line>(new PipeLine(back, there));
        }

        public IDisposable Listen(IPEndPoint at, Action<Func<CancellationToken, Task<Line>>> accepted) => throw new NotSupportedException();

        public void Break()
        {
            while (_lines.TryDequeue(out var line))
            {
                line.Back.Writer.Complete();
            }
        }

        private async Task Play(PipeLine line)
        {
            await Connection.ReadHandshake(line, FrameKind.Hello, CancellationToken.None);
            if (!Greets)
            {
                _received.TrySetResult();
                return;
            }

            await Connection.Say(line, new Hello("default", null, null, 0), FrameKind.Welcome, CancellationToken.None);
            while (Reads)
            {
                var read = await line.Input.ReadAsync();
                line.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }

                _received.TrySetResult();
            }
        }
    }
}
