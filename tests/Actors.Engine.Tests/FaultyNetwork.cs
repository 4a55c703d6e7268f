using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Orleans.Transport;

namespace Actors.Engine.Tests;

/// <summary>
/// A network in the test's hands: bytes are delayed and cut anywhere, lines break, pairs of hosts are parted. What happens is drawn from a seed;
/// what the schedulers of the machine add to it is not.
/// </summary>
internal sealed class FaultyNetwork(int seed)
{
    // As many turns of other work between two pieces of a message at most.
    private const int LongestDelay = 20;
    private const int LargestPiece = 4 * 1024;

    private readonly MemoryNetwork _network = new();
    private readonly ConcurrentDictionary<IPEndPoint, string> _hosts = new();
    private readonly ConcurrentDictionary<Link, byte> _links = new();
    private readonly ConcurrentDictionary<(string, string), byte> _parted = new();
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    public INetwork For(string host) => new Host(this, host);

    public void Part(string one, string other)
    {
        _parted[Pair(one, other)] = 0;
        Break(link => Pair(link.From, link.To) == Pair(one, other));
    }

    public void Heal() => _parted.Clear();

    /// <summary>Breaks one of the lines there are.</summary>
    public void BreakOne()
    {
        var links = _links.Keys.ToArray();
        if (links.Length > 0)
        {
            links[Next(links.Length)].Break();
        }
    }

    private static (string, string) Pair(string one, string other) =>
        string.CompareOrdinal(one, other) < 0 ? (one, other) : (other, one);

    private void Break(Func<Link, bool> which)
    {
        foreach (var link in _links.Keys.Where(which))
        {
            link.Break();
        }
    }

    private int Next(int below)
    {
        lock (_gate)
        {
            return _random.Next(below);
        }
    }

    private async Task Delay()
    {
        for (var turns = Next(LongestDelay); turns > 0; turns--)
        {
            await Task.Yield();
        }
    }

    private sealed record Host(FaultyNetwork Faults, string Name) : INetwork
    {
        public async Task<Line> Connect(IPEndPoint to, CancellationToken cancellation)
        {
            if (!Faults._hosts.TryGetValue(to, out var other) || Faults._parted.ContainsKey(Pair(Name, other)))
            {
                throw new SocketException((int)SocketError.HostUnreachable);
            }

            var line = await Faults._network.Connect(to, cancellation);
            var link = new Link(Faults, Name, other, line);
            Faults._links[link] = 0;
            return link.Begin();
        }

        public IDisposable Listen(IPEndPoint at, Action<Func<CancellationToken, Task<Line>>> accepted)
        {
            Faults._hosts[at] = Name;
            return Faults._network.Listen(at, accepted);
        }
    }

    private sealed class Link(FaultyNetwork faults, string from, string to, Line line)
    {
        private readonly Pipe _there = new();
        private readonly Pipe _back = new();
        private volatile bool _broken;

        public string From => from;

        public string To => to;

        public Line Begin()
        {
            _ = Task.Run(() => Pump(_there.Reader, line.Output));
            _ = Task.Run(() => Pump(line.Input, _back.Writer));
            return new PipeLine(_back, _there);
        }

        public void Break()
        {
            _broken = true;
            _there.Reader.CancelPendingRead();
            line.Input.CancelPendingRead();
        }

        private async Task Pump(PipeReader source, PipeWriter target)
        {
            while (!_broken)
            {
                var read = await source.ReadAsync();
                if (_broken || read.IsCanceled || (read.IsCompleted && read.Buffer.IsEmpty))
                {
                    break;
                }

                await faults.Delay();
                var piece = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, 1 + faults.Next(LargestPiece)));
                foreach (var part in piece)
                {
                    target.Write(part.Span);
                }

                source.AdvanceTo(piece.End);
                if ((await target.FlushAsync()).IsCompleted)
                {
                    break;
                }
            }

            // Both ways: half a line is no line.
            Break();
            await source.CompleteAsync();
            await target.CompleteAsync();
            faults._links.TryRemove(this, out _);
        }
    }
}
