using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Calls;
using Orleans.Codec;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Transport;

namespace Actors.Engine.Tests;

/// <summary>A process that calls one silo. The silo's side of each line it dials is played by the test, frame by frame.</summary>
internal sealed class PlayedProcess : CallRuntime, INetwork, IReceiver
{
    private const string Cluster = "played";

    // In real time, for what must happen.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly SiloAddress Self = SiloAddress.New(IPAddress.Loopback, 1, 1);
    private static readonly SiloAddress Peer = SiloAddress.New(IPAddress.Loopback, 2, 1);

    private readonly Channel<PlayedLine> _dialled = Channel.CreateUnbounded<PlayedLine>();

    public PlayedProcess(TimeProvider time, MessagingOptions? options = null)
        : base(time, options ?? new SiloMessagingOptions(), Copier(), null, NullLogger.Instance)
    {
        Connections = new Connections(Cluster, Self, this, this, time, new Random(1), NullLogger.Instance);
        Factory = new GrainFactory(this);
    }

    public Connections Connections { get; }

    public GrainFactory Factory { get; }

    public long ViewVersion { get; set; }

    /// <summary>What happens to a call before it is sent.</summary>
    public Action<Call> BeforeSending { get; set; } = _ => { };

    /// <summary>What reaching a view takes.</summary>
    public Func<long, Task> Reaching { get; set; } = _ => Task.CompletedTask;

    public override void Dispatch(Call call)
    {
        BeforeSending(call);
        Connections.Send(Peer, Peer.Endpoint, call);
    }

    /// <summary>The next line that the process dials, greeted.</summary>
    public async Task<PlayedLine> Dialled()
    {
        var line = await _dialled.Reader.ReadAsync().AsTask().WaitAsync(Patience);
        await line.Welcome(new Hello(Cluster, Peer, null, 0));
        return line;
    }

    public Task<Line> Connect(IPEndPoint to, CancellationToken cancellation)
    {
        var (there, back) = (new Pipe(), new Pipe());
        _dialled.Writer.TryWrite(new PlayedLine(new PipeLine(there, back)));
        return Task.FromResult<Line>(new PipeLine(back, there));
    }

    public IDisposable Listen(IPEndPoint at, Action<Func<CancellationToken, Task<Line>>> accepted) => throw new NotSupportedException();

    void IReceiver.Serve(Call call, in RequestHead head) => throw new NotSupportedException();

    void IReceiver.Heard(long version)
    {
    }

    Task IReceiver.Reach(long version) => Reaching(version);

    void IReceiver.Suspect()
    {
    }

    string? IReceiver.Objection(Hello hello) => null;

    private static DeepCopier Copier()
    {
        var services = new ServiceCollection();
        services.AddSerializer();
        return services.BuildServiceProvider().GetRequiredService<DeepCopier>();
    }

    /// <summary>The other end of a line.</summary>
    internal sealed class PlayedLine(PipeLine line)
    {
        public async Task Welcome(Hello hello)
        {
            await Connection.ReadHandshake(line, FrameKind.Hello, CancellationToken.None).WaitAsync(Patience);
            await Connection.Say(line, hello, FrameKind.Welcome, CancellationToken.None);
        }

        /// <summary>The next frame: its kind and the number that follows it, of the call or of the view. Null at the end of the line.</summary>
        public async Task<(FrameKind Kind, ulong Number)?> Next()
        {
            while (true)
            {
                var read = await line.Input.ReadAsync().AsTask().WaitAsync(Patience);
                var bytes = read.Buffer;
                if (Frames.TryTake(ref bytes, TransportLimits.MaxFrameBytes, out var frame))
                {
                    var taken = Read(System.Buffers.BuffersExtensions.ToArray(frame));
                    line.Input.AdvanceTo(bytes.Start);
                    return taken;
                }

                line.Input.AdvanceTo(bytes.Start, bytes.End);
                if (read.IsCompleted)
                {
                    return null;
                }
            }
        }

        public Task Finish(long version) => Write(writer => Messages.WriteNumber(writer, FrameKind.Finish, (ulong)version));

        public Task Probe(ulong number) => Write(writer => Messages.WriteNumber(writer, FrameKind.Probe, number));

        /// <summary>Answers a call that returns nothing.</summary>
        public Task Answer(ulong id) => Write(writer => Frames.End(writer, Messages.BeginResponse(writer, id, 0, Outcome.Result)));

        public Task Close() => line.Output.CompleteAsync().AsTask();

        private static (FrameKind Kind, ulong Number) Read(byte[] frame)
        {
            var reader = new CodecReader(frame);
            return ((FrameKind)reader.ReadByte(), reader.ReadVarint());
        }

        private async Task Write(Action<CodecWriter> write)
        {
            byte[] bytes;
            using (var writer = CodecWriter.Rent())
            {
                write(writer);
                bytes = writer.Written.ToArray();
            }

            await line.Output.WriteAsync(bytes);
        }
    }
}
