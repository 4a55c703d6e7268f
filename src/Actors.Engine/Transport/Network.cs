using System.IO.Pipelines;
using System.Net;

namespace Orleans.Transport;

/// <summary>Bytes to and from another process.</summary>
internal abstract class Line : IDuplexPipe
{
    public abstract PipeReader Input { get; }

    public abstract PipeWriter Output { get; }

    /// <summary>Breaks the line at once, for both sides. Harmless when repeated.</summary>
    public abstract void Abort();
}

/// <summary>How lines are made: over sockets, or within a test's process.</summary>
internal interface INetwork
{
    Task<Line> Connect(IPEndPoint to, CancellationToken cancellation);

    /// <summary>Calls back with each line that somebody opens, still to be secured; ends when disposed.</summary>
    IDisposable Listen(IPEndPoint at, Action<Func<CancellationToken, Task<Line>>> accepted);
}
