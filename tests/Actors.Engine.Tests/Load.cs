using System.Collections.Concurrent;
using Orleans;
using Orleans.Runtime;
using Shouldly;

namespace Actors.Engine.Tests;

/// <summary>Callers that send numbered commands and remember what they were told, so that it can be compared with what happened.</summary>
internal sealed class Load(IGrainFactory factory, int grains)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<long, byte> _acknowledged = new();
    private readonly ConcurrentDictionary<long, byte> _unknown = new();
    private readonly ConcurrentQueue<string> _surprises = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _marks = new();
    private long _last;
    private int _answered;
    private volatile bool _stop;

    public Task Run(int callers) => Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(Call)));

    public void Stop() => _stop = true;

    /// <summary>Done when so many commands were acknowledged.</summary>
    public Task Reached(int answers)
    {
        var mark = _marks.GetOrAdd(answers, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (Volatile.Read(ref _answered) >= answers)
        {
            mark.TrySetResult();
        }

        return mark.Task.WaitAsync(Patience);
    }

    public override string ToString() => $"{_last} commands, {_acknowledged.Count} acknowledged, {_unknown.Count} unknown, {_surprises.Count} surprises";

    public void Judge(Ledger ledger)
    {
        _surprises.ShouldBeEmpty();
        var lost = _acknowledged.Keys.Where(c => !ledger.Executions.ContainsKey(c)).ToArray();
        lost.ShouldBeEmpty("acknowledged but never executed");
        var repeated = ledger.Executions.Where(e => e.Value > 1).Select(e => e.Key).ToArray();
        repeated.ShouldBeEmpty("every command is sent once, so it is executed once at most");
        ledger.Executions.Keys.Where(c => !_acknowledged.ContainsKey(c) && !_unknown.ContainsKey(c)).ShouldBeEmpty("executed though the caller was told that it was not");
    }

    private async Task Call()
    {
        while (!_stop)
        {
            var command = Interlocked.Increment(ref _last);
            try
            {
                await factory.GetGrain<ITraveller>($"load{command % grains}").Count(command);
                _acknowledged[command] = 0;
                var answered = Interlocked.Increment(ref _answered);
                foreach (var (mark, reached) in _marks)
                {
                    if (answered >= mark)
                    {
                        reached.TrySetResult();
                    }
                }
            }
            catch (SiloUnavailableException exception) when (exception.Message.Contains("unknown", StringComparison.Ordinal))
            {
                _unknown[command] = 0;
            }
            catch (OrleansMessageRejectionException)
            {
                // Not executed, says the engine; judged at the end.
                await Task.Yield();
            }
            catch (Exception exception)
            {
                _surprises.Enqueue(exception.ToString());
            }
        }
    }
}
