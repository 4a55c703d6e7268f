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
    public void Ticks_due_between_somebodys_leaving_and_the_next_reading_are_made_up()
    {
        See(View(1, SiloStatus.Active));
        _time.Advance(TimeSpan.FromSeconds(1));
        _range.Follow(View(2, SiloStatus.ShuttingDown), _time.GetUtcNow());
        _time.Advance(TimeSpan.FromSeconds(5));
        Read(_range.Version);
        _time.Advance(TimeSpan.FromMinutes(30));
        _ticks.Order().ShouldBe(_reminders.Select(r => r.Name).Order());
    }

    [Fact]
    public void Ticks_due_between_the_join_and_the_first_reading_are_made_up()
    {
        _range.Follow(View(1, SiloStatus.Active, SiloStatus.Joining), _time.GetUtcNow());
        // The others know it as active by now.
        _time.Advance(TimeSpan.FromSeconds(3));
        _range.Follow(View(2, SiloStatus.Active), _time.GetUtcNow());
        _time.Advance(TimeSpan.FromSeconds(3));
        Read(_range.Version);
        _time.Advance(TimeSpan.FromSeconds(1));
        _ticks.Order().ShouldBe(_reminders.Where(IsMine).Select(r => r.Name).Order());
    }

    [Fact]
    public void A_view_that_comes_while_the_store_is_read_is_not_settled_by_that_reading()
    {
        See(View(1, SiloStatus.Active));
        _time.Advance(TimeSpan.FromSeconds(1));
        var begun = _range.Version;
        _range.Follow(View(2, SiloStatus.Dead), _time.GetUtcNow());
        _time.Advance(TimeSpan.FromSeconds(5));
        _range.Settle(begun);
        Read(_range.Version);
        _time.Advance(TimeSpan.FromSeconds(1));
        _ticks.Order().ShouldBe(_reminders.Select(r => r.Name).Order());
    }

    [Fact]
    public void Who_leaves_calls_what_it_had()
    {
        See(View(1, SiloStatus.Active));
        var mine = _reminders.Where(IsMine).ToArray();
        See(View(2, SiloStatus.Active, SiloStatus.ShuttingDown));
        _reminders.Where(IsMine).ShouldBe(mine);
        _time.Advance(TimeSpan.FromSeconds(6));
        _ticks.Order().ShouldBe(mine.Select(r => r.Name).Order());
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

    private static ClusterView View(long version, SiloStatus other, SiloStatus self = SiloStatus.Active) =>
        new(version, [new ClusterMember(Heir, self, "heir", 0, default), new ClusterMember(Silo(2), other, "other", 0, default)]);

    private bool IsMine(Reminder reminder) => _range.IsMine(reminder);

    private void See(ClusterView view)
    {
        _range.Follow(view, _time.GetUtcNow());
        Read(_range.Version);
    }

    private void Read(long version)
    {
        _schedule.BeginReading();
        _schedule.Replace([.. _reminders.Where(IsMine)], _range.LastServed);
        _range.Settle(version);
    }
}
