using System.Net;
using Orleans.Configuration;
using Orleans.Reminders;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>Who calls which reminder when silos come, leave and die: each tick is somebody's.</summary>
public sealed class ReminderRangeTests
{
    private static readonly SiloAddress Heir = Silo(1);

    private readonly ManualTime _time = new();
    private readonly List<string> _ticks = [];
    private readonly ReminderRange _range = new(Heir, new ClusterMembershipOptions { ProbeTimeout = TimeSpan.FromSeconds(1) });
    private readonly ReminderSchedule _schedule;
    private readonly Reminder[] _reminders;

    public ReminderRangeTests()
    {
        _schedule = new ReminderSchedule(_time, reminder => _ticks.Add(reminder.Name));
        _reminders = [.. Enumerable.Range(0, 40).Select(i => new Reminder(
            GrainId.Create("grain", $"{i}"), $"r{i}", _time.GetUtcNow() + TimeSpan.FromSeconds(2), TimeSpan.FromHours(1), "v"))];
    }

    [Fact]
    public void Ticks_due_between_a_death_and_its_discovery_are_made_up()
    {
        See(View(1, SiloStatus.Active));
        var own = _ticks.Count;
        _time.Advance(TimeSpan.FromSeconds(6));
        _ticks.Count.ShouldBe(_reminders.Count(IsMine));
        _ticks.Count.ShouldBeGreaterThan(own);
        See(View(2, SiloStatus.Dead));
        _time.Advance(TimeSpan.FromMinutes(30));
        _ticks.Order().ShouldBe(_reminders.Select(r => r.Name).Order());
    }

    [Fact]
    public void Who_left_in_good_order_has_called_its_own()
    {
        See(View(1, SiloStatus.Active));
        _time.Advance(TimeSpan.FromSeconds(6));
        var own = _ticks.Count;
        See(View(2, SiloStatus.ShuttingDown));
        See(View(3, SiloStatus.Dead));
        _time.Advance(TimeSpan.FromMinutes(30));
        _ticks.Count.ShouldBe(own);
    }

    [Fact]
    public void Ticks_from_long_before_a_death_are_not_repeated()
    {
        See(View(1, SiloStatus.Active));
        var others = _reminders.Where(r => !IsMine(r)).ToArray();
        _time.Advance(TimeSpan.FromMinutes(30));
        _ticks.Clear();
        See(View(2, SiloStatus.Dead));
        _time.Advance(TimeSpan.FromMinutes(20));
        _ticks.ShouldBeEmpty();
        others.ShouldNotBeEmpty();
    }

    [Fact]
    public void An_older_view_that_comes_late_is_ignored()
    {
        See(View(2, SiloStatus.Active));
        var mine = _reminders.Where(IsMine).ToArray();
        See(View(1, SiloStatus.Joining));
        _reminders.Where(IsMine).ShouldBe(mine);
    }

    private static SiloAddress Silo(int port) => SiloAddress.New(IPAddress.Loopback, port, 1);

    private static ClusterView View(long version, SiloStatus other) =>
        new(version, [new ClusterMember(Heir, SiloStatus.Active, "heir", 0, default), new ClusterMember(Silo(2), other, "other", 0, default)]);

    private bool IsMine(Reminder reminder) => _range.IsMine(reminder);

    private void See(ClusterView view)
    {
        _range.Follow(view, _time.GetUtcNow());
        _schedule.Replace([.. _reminders.Where(IsMine)], _range.LastServed);
        _range.Settle();
    }
}
