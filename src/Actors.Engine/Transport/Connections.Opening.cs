using System.Net;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Transport;

// Dialling and being dialled: both sides say who they are before anything else is read.
internal sealed partial class Connections
{
    private async Task Dial(Connection connection, SiloAddress to, IPEndPoint at)
    {
        Line? line = null;
        try
        {
            using var patience = new CancellationTokenSource(TransportLimits.ConnectTimeout, time);
            line = await network.Connect(at, patience.Token);
            var hello = new Hello(clusterId, self, to.Generation == 0 ? null : to, ViewVersion);
            await connection.Greet(line, hello, patience.Token);
            lock (_gate)
            {
                _backoffs.Remove(to);
            }
        }
        catch (Exception exception)
        {
            if (exception is HandshakeException)
            {
                log.LogWarning("{Silo} at {Address} was not connected to: {Reason}", to, at, exception.Message);
            }

            BackOff(to);
            connection.Close(exception is OperationCanceledException ? $"no answer within {TransportLimits.ConnectTimeout}" : exception.Message);
            await Discard(line);
            return;
        }

        await connection.Read();
    }

    private async Task Accept(Func<CancellationToken, Task<Line>> open)
    {
        Line? line = null;
        Connection connection;
        try
        {
            using var patience = new CancellationTokenSource(TransportLimits.ConnectTimeout, time);
            line = await open(patience.Token);
            var (hello, _) = await Connection.ReadHandshake(line, FrameKind.Hello, patience.Token);
            var self = new Hello(clusterId, this.Self, null, ViewVersion);
            if (Objection(hello) is { } objection)
            {
                await Connection.Say(line, self, FrameKind.Refused, patience.Token, objection);
                throw new HandshakeException(objection);
            }

            await Connection.Say(line, self, FrameKind.Welcome, patience.Token);
            receiver.Heard(hello.ViewVersion);
            connection = Add(hello.Silo);
            if (!connection.Open(line))
            {
                throw new HandshakeException("it was closed before it was open");
            }
        }
        catch (Exception exception)
        {
            log.LogWarning("A connection was refused: {Reason}", exception.Message);
            await Discard(line);
            return;
        }

        await connection.Read();
    }

    private SiloAddress? Self => self;

    private string? Objection(Hello hello)
    {
        if (hello.ClusterId != clusterId)
        {
            return $"it belongs to cluster \"{hello.ClusterId}\", this silo to \"{clusterId}\"";
        }

        if (hello.Expected is not null && !hello.Expected.Equals(self))
        {
            return $"it wants {hello.Expected}, this is {self}";
        }

        lock (_gate)
        {
            if (_stopped || _all.Count >= TransportLimits.MaxConnections)
            {
                return _stopped ? "this silo is stopping" : $"this silo has {TransportLimits.MaxConnections} connections";
            }
        }

        return receiver.Objection(hello);
    }

    private Connection Add(SiloAddress? peer)
    {
        var connection = new Connection(this, peer);
        lock (_gate)
        {
            _all.Add(connection);
            if (peer is not null)
            {
                // Calls go back the same way, unless this side has dialled as well.
                _bySilo.TryAdd(peer, connection);
                _backoffs.Remove(peer);
            }
        }

        return connection;
    }

    private static async Task Discard(Line? line)
    {
        if (line is not null)
        {
            line.Abort();
            try
            {
                await line.Output.CompleteAsync();
                await line.Input.CompleteAsync();
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Broken already.
            }
        }
    }
}
