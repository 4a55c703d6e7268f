using Orleans.Reminders;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>Readings of the store that began before something was changed here do not undo it.</summary>
public sealed class ReminderScheduleTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTime _time = new();
    private readonly List<string> _ticks = [];
    private readonly ReminderSchedule _schedule;

    public ReminderScheduleTests()
    {
        _schedule = new ReminderSchedule(_time, reminder => _ticks.Add(reminder.Version));
    }

    [Fact]
    public void A_reminder_registered_meanwhile_stays()
    {
        _schedule.BeginReading();
        _schedule.Set(Reminder("new"));
        Read();
        _time.Advance(2 * Minute);
        _ticks.ShouldBe(["new"]);
    }

    [Fact]
    public void A_reminder_updated_meanwhile_stays_as_it_is()
    {
        var old = Reminder("old");
        _schedule.Set(old);
        _schedule.BeginReading();
        _schedule.Set(Reminder("new"));
        Read(old);
        _time.Advance(2 * Minute);
        _ticks.ShouldBe(["new"]);
    }

    [Fact]
    public void A_reminder_unregistered_meanwhile_does_not_come_back()
    {
        var old = Reminder("old");
        _schedule.Set(old);
        _schedule.BeginReading();
        _schedule.Remove(old);
        Read(old);
        _time.Advance(2 * Minute);
        _ticks.ShouldBeEmpty();
    }

    [Fact]
    public void The_next_reading_counts_again()
    {
        var (set, removed) = (Reminder("set", "a"), Reminder("removed", "b"));
        _schedule.Set(set);
        _schedule.Remove(removed);
        _schedule.BeginReading();
        Read(removed);
        _time.Advance(2 * Minute);
        _ticks.ShouldBe(["removed"]);
    }

    [Fact]
    public void Unregistering_an_old_one_leaves_the_new_one_of_its_name()
    {
        var old = Reminder("old");
        _schedule.Set(old);
        _schedule.Set(Reminder("new"));
        _schedule.Remove(old);
        _time.Advance(2 * Minute);
        _ticks.ShouldBe(["new"]);
    }

    [Fact]
    public void What_was_registered_here_is_recent_for_a_while()
    {
        var (here, elsewhere) = (Reminder("here", "a"), Reminder("elsewhere", "b"));
        _schedule.Set(here);
        _schedule.BeginReading();
        Read(here, elsewhere);
        _schedule.IsRecent(here, 5 * Minute).ShouldBeTrue();
        _schedule.IsRecent(elsewhere, 5 * Minute).ShouldBeFalse();
        _schedule.IsRecent(here with { Version = "newer" }, 5 * Minute).ShouldBeFalse();
        _time.Advance(5 * Minute);
        _schedule.IsRecent(here, 5 * Minute).ShouldBeFalse();
    }

    private void Read(params Reminder[] stored) => _schedule.Replace(stored, _ => null);

    private Reminder Reminder(string version, string name = "r") =>
        new(GrainId.Create("grain", "a"), name, _time.GetUtcNow() + Minute, TimeSpan.FromHours(1), version);
}
