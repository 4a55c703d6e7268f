using Orleans;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>A timer that is changed in the turn in which it fires.</summary>
public sealed class TimerChangeTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTime _time = new();
    private readonly Probe _probe = new();

    [Fact]
    public async Task A_tick_that_was_overtaken_by_a_change_comes_when_the_change_says()
    {
        await using var cluster = await TestClusters.Start(_time, _probe);
        var grain = cluster.Client.GetGrain<IOvertaker>("a");
        await grain.FireAndChange(10 * Minute, Timeout.InfiniteTimeSpan);
        (await grain.Ticks()).ShouldBe(0);
        _time.Advance(9 * Minute);
        (await grain.Ticks()).ShouldBe(0);
        _time.Advance(Minute);
        (await grain.Ticks()).ShouldBe(1);
        _time.Advance(10 * Minute);
        (await grain.Ticks()).ShouldBe(1);
    }

    [Fact]
    public async Task A_tick_that_was_overtaken_by_switching_the_timer_off_does_not_come()
    {
        await using var cluster = await TestClusters.Start(_time, _probe);
        var grain = cluster.Client.GetGrain<IOvertaker>("a");
        await grain.FireAndChange(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _time.Advance(10 * Minute);
        (await grain.Ticks()).ShouldBe(0);
    }
}

internal interface IOvertaker : IGrainWithStringKey
{
    /// <summary>Within one turn a timer fires and is changed.</summary>
    Task FireAndChange(TimeSpan due, TimeSpan period);

    Task<int> Ticks();
}

internal sealed class OvertakerGrain(TimeProvider time) : Grain, IOvertaker
{
    private int _ticks;

    public Task FireAndChange(TimeSpan due, TimeSpan period)
    {
        var timer = this.RegisterGrainTimer(
            () =>
            {
                _ticks++;
                return Task.CompletedTask;
            },
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(1));
        ((ManualTime)time).Advance(TimeSpan.FromSeconds(1));
        timer.Change(due, period);
        return Task.CompletedTask;
    }

    public Task<int> Ticks() => Task.FromResult(_ticks);
}
