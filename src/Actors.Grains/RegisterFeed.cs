using Actors.Contracts;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>
/// Enters the thread into its tenant's register once it has a message, and has its log say so: two writes in a thread's life. Before that is logged a fresh
/// activation does it again, with the same entry; threads of earlier releases are entered so.
/// </summary>
internal sealed class RegisterFeed(GrainKey key, string stream, GrainServices services, ILogger logger, HotTail tail, Func<ThreadState> durable)
{
    private Task _running = Task.CompletedTask;

    public bool IsBehind => durable().NeedsRegistering;

    /// <param name="record">Logs that it is done; null once durable.</param>
    public Task Run(Func<Task<Retry?>> record)
    {
        if (_running.IsCompleted && IsBehind) _running = Register(record);
        return _running;
    }

    private async Task Register(Func<Task<Retry?>> record)
    {
        try
        {
            var first = durable().FirstMessage;
            var entry = ThreadRegister.Entry(key, tail.Find(first)?.At ?? await TimeOf(first));
            await services.Lists.Replace(stream, first, [entry], services.Stopping);
            await record();
        }
        catch (Exception fault)
        {
            Log.EffectFailed(logger, fault, stream, "its entry in the tenant's register");
        }
    }

    // A thread that is older than its register: once in its life.
    private async Task<DateTimeOffset> TimeOf(long message) =>
        (await LogReader.Read(services.EventLog, stream, message - 1, limit: 1, services.Stopping)).Events[0].At;
}
