using System.Diagnostics.Metrics;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>Meter <c>Actors.Gateway</c>.</summary>
public sealed class GatewayMetrics : IDisposable
{
    public const string MeterName = "Actors.Gateway";

    private readonly Meter _meter = new(MeterName);
    private readonly UpDownCounter<long> _sockets;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _commands;
    private readonly Counter<long> _overflows;
    private readonly Counter<long> _snapshots;
    private readonly Counter<long> _closes;

    public GatewayMetrics()
    {
        _sockets = _meter.CreateUpDownCounter<long>("gateway.sockets", "{socket}", "Sockets open");
        _deliveries = _meter.CreateCounter<long>("gateway.deliveries", "{event}", "Events handed to sockets");
        _frames = _meter.CreateCounter<long>("gateway.frames", "{frame}", "Frames handed to sockets");
        _bytes = _meter.CreateCounter<long>("gateway.bytes", "By", "Bytes handed to sockets");
        _commands = _meter.CreateCounter<long>("gateway.commands", "{command}", "Commands by outcome");
        _overflows = _meter.CreateCounter<long>("gateway.overflows", "{socket}", "Slow readers closed");
        _snapshots = _meter.CreateCounter<long>("gateway.views", "{view}", "Views read from grains for snapshots");
        _closes = _meter.CreateCounter<long>("gateway.closes", "{socket}", "Sockets closed by the gateway, by code");
    }

    internal void SocketOpened() => _sockets.Add(1);

    internal void SocketClosed() => _sockets.Add(-1);

    /// <summary>One frame of <paramref name="events"/> events to <paramref name="sockets"/> sockets.</summary>
    internal void Delivered(int sockets, int events, int bytes)
    {
        _frames.Add(sockets);
        if (events > 0) _deliveries.Add((long)sockets * events);
        _bytes.Add((long)sockets * bytes);
    }

    internal void Answered(Answer answer) => _commands.Add(1, new KeyValuePair<string, object?>("outcome", Outcome(answer)));

    internal void Overflowed() => _overflows.Add(1);

    internal void ViewRead() => _snapshots.Add(1);

    internal void Closed(CloseCode code) => _closes.Add(1, new KeyValuePair<string, object?>("code", (int)code));

    private static string Outcome(Answer answer) => answer switch
    {
        Accepted { Repeat: true } => "repeated",
        Accepted => "accepted",
        Refused refused => RefusalNames.Of(refused.Reason),
        _ => "other",
    };

    public void Dispose() => _meter.Dispose();
}
