using Orleans;

namespace Actors.Engine.Tests;

[GenerateSerializer]
[Immutable]
public sealed record Sum(int Value);

internal interface ICounterBase : IGrainWithStringKey
{
    Task<int> Value();
}

internal interface ICounter : ICounterBase
{
    Task<int> Add(int amount);

    ValueTask<Sum> AddFast(Sum amount);

    Task Fail(string message);

    ValueTask Nothing();
}

internal sealed class CounterGrain : Grain, ICounter
{
    private int _value;

    public async Task<int> Add(int amount)
    {
        var before = _value;
        await Task.Yield();
        return _value = before + amount;
    }

    public ValueTask<Sum> AddFast(Sum amount) => new(new Sum(_value += amount.Value));

    public Task<int> Value() => Task.FromResult(_value);

    public Task Fail(string message) => throw new NotSupportedException(message);

    public ValueTask Nothing() => ValueTask.CompletedTask;
}
