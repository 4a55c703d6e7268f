using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Actors.Engine.Tests;

[GenerateSerializer]
[Immutable]
public sealed record Parcel([property: Id(0)] string Text, [property: Id(1)] ImmutableArray<int> Numbers);

/// <summary>Marked: it travels with its members.</summary>
[GenerateSerializer]
internal sealed class OutOfStockException(string message) : Exception(message)
{
    [Id(0)]
    public int Left { get; set; }
}

/// <summary>Not marked, and only made from a number: no other process can make one.</summary>
internal sealed class PeculiarException(int code) : Exception($"code {code}");

internal interface ITraveller : IGrainWithStringKey
{
    ValueTask<SiloAddress> Where();

    ValueTask<Parcel> Echo(Parcel parcel);

    ValueTask<int[]> Reverse(int[] numbers);

    ValueTask<string?> Context(string key);

    Task Throw(string kind);

    Task<int> Wait(string gate, CancellationToken cancellation);

    [ResponseTimeout("00:00:01")]
    Task Slow(string gate);

    /// <summary>Nothing ends it but the gate.</summary>
    Task Hold(string gate);

    [OneWay]
    Task Signal(string gate);

    ValueTask<SiloAddress> WhereIs(string other);

    ValueTask<int> Weigh(byte[] bytes);

    ValueTask<byte[]> Fill(int bytes);

    ValueTask<long> Count(long command);
}

/// <summary>What happened to the commands of a test, as storage would know it: every execution, on whatever activation.</summary>
internal sealed class Ledger
{
    public ConcurrentDictionary<long, int> Executions { get; } = new();

    public ConcurrentQueue<string> Moves { get; } = new();
}

internal sealed class TravellerGrain(Probe probe, Ledger ledger) : Grain, ITraveller
{
    private SiloAddress Here => ((Activation)GrainContext).Silo.Address;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        ledger.Moves.Enqueue($"+{this.GetPrimaryKeyString()} {Here}");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        ledger.Moves.Enqueue($"-{this.GetPrimaryKeyString()} {Here} {reason.ReasonCode}");
        probe.Open($"{this.GetPrimaryKeyString()} left");
        return Task.CompletedTask;
    }

    public ValueTask<SiloAddress> Where() => new(Here);

    public ValueTask<Parcel> Echo(Parcel parcel) => new(parcel);

    public ValueTask<int[]> Reverse(int[] numbers) => new([.. numbers.Reverse()]);

    public ValueTask<string?> Context(string key) => new((string?)RequestContext.Get(key));

    public Task Throw(string kind) => throw (kind switch
    {
        "known" => new NotSupportedException("known to all"),
        "marked" => new OutOfStockException("sold out") { Left = 3 },
        _ => new PeculiarException(7),
    });

    public async Task<int> Wait(string gate, CancellationToken cancellation)
    {
        probe.Open($"{gate} in");
        try
        {
            await probe.Gate(gate).WaitAsync(cancellation);
            return 1;
        }
        catch (OperationCanceledException)
        {
            probe.Open($"{gate} cancelled");
            throw;
        }
    }

    public Task Slow(string gate) => probe.Gate(gate);

    public Task Hold(string gate)
    {
        probe.Open($"{this.GetPrimaryKeyString()} holds");
        return probe.Gate(gate);
    }

    public Task Signal(string gate)
    {
        probe.Open(gate);
        return Task.CompletedTask;
    }

    public ValueTask<SiloAddress> WhereIs(string other) => GrainFactory.GetGrain<ITraveller>(other).Where();

    public ValueTask<int> Weigh(byte[] bytes) => new(bytes.Length);

    public ValueTask<byte[]> Fill(int bytes) => new(new byte[bytes]);

    public async ValueTask<long> Count(long command)
    {
        await Task.Yield();
        ledger.Executions.AddOrUpdate(command, 1, static (_, times) => times + 1);
        return command;
    }
}
