using Actors.Load.Client;

namespace Actors.Load.Modes;

/// <summary>Clients that each keep a window of commands on their way, until told to stop.</summary>
internal sealed class Load
{
    /// <summary>A refusal means that something is wrong: the next command waits a little instead of spinning.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMilliseconds(100);

    private readonly Task _running;
    private long _accepted;
    private long _refused;

    /// <param name="next">The next command of a client, given the index within its window and how many this one has sent.</param>
    public Load(IEnumerable<MeetingClient> clients, int window, Func<MeetingClient, int, int, Command> next, CancellationToken stop)
    {
        _running = Task.WhenAll(clients.SelectMany(client => Enumerable.Range(0, window).Select(slot => Task.Run(() => Keep(client, slot, next, stop), CancellationToken.None))).ToList());
    }

    public long Accepted => Interlocked.Read(ref _accepted);

    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>After the stop: rethrows what went wrong.</summary>
    public Task Finish() => _running;

    private async Task Keep(MeetingClient client, int slot, Func<MeetingClient, int, int, Command> next, CancellationToken stop)
    {
        try
        {
            for (var sent = 0; !stop.IsCancellationRequested; sent++)
            {
                var answer = await client.Send(next(client, slot, sent), stop);
                Interlocked.Increment(ref answer.Accepted ? ref _accepted : ref _refused);
                if (!answer.Accepted) await Task.Delay(AfterRefusal, TimeProvider.System, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop while an answer was on its way.
        }
    }
}
