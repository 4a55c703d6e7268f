using System.Collections.Immutable;
using System.Globalization;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>A1: the dates of a plan are those of RFC 5545, on the wall clock of its zone.</summary>
public sealed class RecurringTests
{
    private const string NewYork = "America/New_York";

    private static MeetingSchedule Plan(string local, Recurrence rule, string zone = NewYork)
    {
        var time = DateTime.Parse(local, CultureInfo.InvariantCulture);
        return new MeetingSchedule(new DateTimeOffset(time, TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(time)), 30, zone, rule);
    }

    private static string Dates(MeetingSchedule plan, int max = 30) =>
        string.Join(' ', Recurring.Starts(plan, plan.Start.AddTicks(-1)).Take(max).Select(start => start.ToString("MM-dd", CultureInfo.InvariantCulture)));

    // The examples of section 3.8.5.3 that have a form here.
    [Fact]
    public void A1_weekdays_of_every_other_week_until_a_time() =>
        Dates(Plan("1997-09-01 09:00", new Recurrence(Frequency.Weekly, 2, Until: new(1997, 12, 24, 0, 0, 0, TimeSpan.Zero), Days: [Weekday.Monday, Weekday.Wednesday, Weekday.Friday])))
            .ShouldBe("09-01 09-03 09-05 09-15 09-17 09-19 09-29 10-01 10-03 10-13 10-15 10-17 10-27 10-29 10-31 11-10 11-12 11-14 11-24 11-26 11-28 12-08 12-10 12-12 12-22");

    [Fact]
    public void A1_two_weekdays_so_many_times_in_whatever_order_they_are_named() =>
        Dates(Plan("1997-09-02 09:00", new Recurrence(Frequency.Weekly, Count: 10, Days: [Weekday.Thursday, Weekday.Tuesday])))
            .ShouldBe("09-02 09-04 09-09 09-11 09-16 09-18 09-23 09-25 09-30 10-02");

    [Fact]
    public void A1_weeks_begin_on_Monday() =>
        Dates(Plan("1997-08-05 09:00", new Recurrence(Frequency.Weekly, 2, 4, Days: [Weekday.Tuesday, Weekday.Sunday]))).ShouldBe("08-05 08-10 08-19 08-24");

    [Fact]
    public void A1_the_first_Friday_of_a_month() =>
        Dates(Plan("1997-09-05 09:00", new Recurrence(Frequency.Monthly, Count: 10, Weekday: Weekday.Friday, Week: 1)))
            .ShouldBe("09-05 10-03 11-07 12-05 01-02 02-06 03-06 04-03 05-01 06-05");

    [Fact]
    public void A1_the_last_Friday_of_a_month_is_its_fourth_or_fifth() =>
        Dates(Plan("2026-01-30 09:00", new Recurrence(Frequency.Monthly, Weekday: Weekday.Friday, Week: -1)), 6).ShouldBe("01-30 02-27 03-27 04-24 05-29 06-26");

    [Fact]
    public void A1_the_second_Tuesday_of_every_third_month() =>
        Dates(Plan("2026-01-13 09:00", new Recurrence(Frequency.Monthly, 3, Weekday: Weekday.Tuesday, Week: 2)), 4).ShouldBe("01-13 04-14 07-14 10-13");

    [Fact]
    public void A1_a_month_without_the_day_has_no_occurrence_and_none_is_counted()
    {
        Dates(Plan("2007-01-30 09:00", new Recurrence(Frequency.Monthly, Count: 3, Day: 30))).ShouldBe("01-30 03-30 04-30");
        Dates(Plan("2027-01-31 09:00", new Recurrence(Frequency.Monthly, Day: 31)), 7).ShouldBe("01-31 03-31 05-31 07-31 08-31 10-31 12-31");
        Dates(Plan("2024-02-29 09:00", new Recurrence(Frequency.Monthly, 12, 3, Day: 29))).ShouldBe("02-29 02-29 02-29");
        // Without a day it is, as ever, the last one.
        Dates(Plan("2027-01-31 09:00", new Recurrence(Frequency.Monthly)), 4).ShouldBe("01-31 02-28 03-31 04-30");
    }

    [Fact]
    public void A1_a_time_that_comes_twice_is_the_first_and_one_that_does_not_come_is_later_by_as_much()
    {
        var twice = Plan("2026-10-24 02:30", new Recurrence(Frequency.Daily), "Europe/Berlin");
        Recurring.Starts(twice, twice.Start).First().ShouldBe(new DateTimeOffset(2026, 10, 25, 2, 30, 0, TimeSpan.FromHours(2)));
        var never = Plan("2026-03-27 02:30", new Recurrence(Frequency.Daily), "Europe/Berlin");
        Recurring.Starts(never, never.Start).Take(3).ShouldBe(
        [
            new(2026, 3, 28, 2, 30, 0, TimeSpan.FromHours(1)), new(2026, 3, 29, 3, 30, 0, TimeSpan.FromHours(2)), new(2026, 3, 30, 2, 30, 0, TimeSpan.FromHours(2)),
        ]);
        // Samoa had no 30 December 2011: what was planned for it falls together with the day after.
        Dates(Plan("2011-12-28 10:00", new Recurrence(Frequency.Daily, Count: 6), "Pacific/Apia")).ShouldBe("12-28 12-29 12-31 01-01 01-02");
    }

    [Fact]
    public void A1_a_plan_has_the_dates_that_a_look_at_every_day_finds()
    {
        const int Plans = 250, Days = 1_000;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < Plans; i++)
        {
            var plan = RandomPlan.Next(random, days: Days);
            var slow = SlowPlan.Starts(plan, Days);
            var horizon = plan.Start.AddDays(Days - 2);
            Recurring.BeginsOnItsDays(plan).ShouldBeTrue($"seed {seed}: {plan}");
            Scheduling.CheckPlan(plan).ShouldBeNull($"seed {seed}: {plan}");
            foreach (var after in new[] { plan.Start.AddTicks(-1), plan.Start, plan.Start + (SlowPlan.Quarter * random.Next(Days * 96)), slow[random.Next(slow.Count)] })
            {
                var found = Recurring.Starts(plan, after).TakeWhile(start => start <= horizon).ToArray();
                found.ShouldBe(slow.Where(start => start > after && start <= horizon), $"seed {seed}, after {after}: {plan}");
            }
            var (one, other) = (slow[random.Next(slow.Count)], plan.Start + (SlowPlan.Quarter * random.Next(-1_000, Days * 90)));
            Recurring.Find(plan, one.ToUniversalTime()).ShouldBe(one, $"seed {seed}: {plan}");
            Recurring.Find(plan, other).HasValue.ShouldBe(slow.Contains(other), $"seed {seed}, {other}: {plan}");
        }
    }

    [Fact]
    public void A1_whatever_is_asked_is_within_bounds()
    {
        Recurrence[] rules =
        [
            new(Frequency.Daily), new(Frequency.Daily, 99), new(Frequency.Weekly, 99), new(Frequency.Weekly, Days: [.. Enum.GetValues<Weekday>()]),
            new(Frequency.Monthly, 99), new(Frequency.Monthly, 12, Day: 29), new(Frequency.Monthly, 99, Weekday: Weekday.Thursday, Week: -1),
        ];
        foreach (var rule in rules)
            foreach (var local in new[] { "2000-01-01 00:00", "2024-02-29 23:45", "2199-12-31 23:45" })
                foreach (var zone in new[] { "Pacific/Kiritimati", "Etc/GMT+12" })
                {
                    var plan = Plan(local, rule, zone);
                    Recurring.Starts(plan, DateTimeOffset.MinValue).Count().ShouldBeInRange(1, Limits.OccurrencesPerSeries);
                    Recurring.Starts(plan, DateTimeOffset.MaxValue).ShouldBeEmpty();
                    Recurring.Starts(plan, DateTimeOffset.MinValue).Last().Year.ShouldBeLessThanOrEqualTo(Limits.LastScheduleYear);
                    Recurring.Find(plan, DateTimeOffset.MinValue).ShouldBeNull();
                    Recurring.Find(plan, DateTimeOffset.MaxValue).ShouldBeNull();
                }
    }

    public static TheoryData<string, Recurrence> Wrong => new()
    {
        { "days", new Recurrence(Frequency.Daily, Days: [Weekday.Monday]) },
        { "days", new Recurrence(Frequency.Monthly, Days: [Weekday.Monday]) },
        { "days", new Recurrence(Frequency.Weekly, Days: []) },
        { "days[1]", new Recurrence(Frequency.Weekly, Days: [Weekday.Monday, Weekday.Monday]) },
        { "days[0]", new Recurrence(Frequency.Weekly, Days: [(Weekday)7]) },
        { "day", new Recurrence(Frequency.Weekly, Day: 2) },
        { "day", new Recurrence(Frequency.Monthly, Day: 0) },
        { "day", new Recurrence(Frequency.Monthly, Day: 32) },
        { "day", new Recurrence(Frequency.Monthly, Weekday: Weekday.Monday, Week: 1, Day: 2) },
        { "week", new Recurrence(Frequency.Monthly, Week: 1) },
        { "weekday", new Recurrence(Frequency.Monthly, Weekday: Weekday.Monday) },
        { "weekday", new Recurrence(Frequency.Monthly, Weekday: (Weekday)7, Week: 1) },
        { "weekday", new Recurrence(Frequency.Daily, Weekday: Weekday.Monday) },
        { "week", new Recurrence(Frequency.Weekly, Weekday: Weekday.Monday, Week: 1) },
        { "week", new Recurrence(Frequency.Monthly, Weekday: Weekday.Monday, Week: 0) },
        { "week", new Recurrence(Frequency.Monthly, Weekday: Weekday.Monday, Week: 5) },
        { "week", new Recurrence(Frequency.Monthly, Weekday: Weekday.Monday, Week: -2) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void P10_a_rule_that_means_nothing_is_refused_and_the_field_named(string field, Recurrence rule)
    {
        var plan = new MeetingSchedule(MeetingRun.Start, 30, "UTC", rule);
        foreach (var sent in new[]
        {
            new MeetingRun().Api(new CreateMeeting("Physics", MeetingSettings.Default, Schedule: plan, Series: "m")),
            InSeries().Api(new UpdateMeeting(Schedule: plan, Series: true)),
        })
        {
            sent.ShouldBeRefused(Refusal.InvalidArgument);
            sent.Detail!.ShouldStartWith($"schedule.repeats.{field}: ");
        }
    }

    [Fact]
    public void P10_a_plan_begins_on_one_of_its_days()
    {
        // A Sunday in Berlin, still Saturday in New York.
        var start = new DateTimeOffset(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
        void Judge(string zone, Recurrence rule, bool fits)
        {
            var sent = InSeries().Api(new UpdateMeeting(Schedule: new MeetingSchedule(start, 30, zone, rule), Series: true));
            if (fits) sent.ShouldBeAccepted();
            else sent.ShouldBeRefused(Refusal.InvalidArgument);
        }
        Judge("Europe/Berlin", new Recurrence(Frequency.Weekly, Days: [Weekday.Sunday]), true);
        Judge(NewYork, new Recurrence(Frequency.Weekly, Days: [Weekday.Sunday]), false);
        Judge(NewYork, new Recurrence(Frequency.Weekly, Days: [Weekday.Saturday, Weekday.Tuesday]), true);
        Judge("Europe/Berlin", new Recurrence(Frequency.Monthly, Day: 1), true);
        Judge(NewYork, new Recurrence(Frequency.Monthly, Day: 28), true);
        Judge(NewYork, new Recurrence(Frequency.Monthly, Day: 1), false);
        Judge(NewYork, new Recurrence(Frequency.Monthly, Weekday: Weekday.Saturday, Week: 4), true);
        Judge(NewYork, new Recurrence(Frequency.Monthly, Weekday: Weekday.Saturday, Week: -1), true);
        Judge(NewYork, new Recurrence(Frequency.Monthly, Weekday: Weekday.Saturday, Week: 3), false);
        Judge("Europe/Berlin", new Recurrence(Frequency.Monthly, Weekday: Weekday.Sunday, Week: 1), true);
    }

    [Fact]
    public void A1_a_plan_that_is_sent_again_is_the_same_whatever_the_order_of_its_days()
    {
        MeetingSchedule Of(params ImmutableArray<Weekday> days) => new(MeetingRun.Start, 30, "UTC", new Recurrence(Frequency.Weekly, Days: days));
        CreateMeeting Create(MeetingSchedule plan) => new("Physics", MeetingSettings.Default, Schedule: plan, Series: "m");
        var run = new MeetingRun();
        run.Api(Create(Of(Weekday.Sunday, Weekday.Monday))).ShouldBeAccepted();
        run.Api(Create(Of(Weekday.Monday, Weekday.Sunday))).ShouldChangeNothing();
        run.Api(Create(Of(Weekday.Sunday))).ShouldBeRefused(Refusal.MeetingExists);
        run.Api(new UpdateMeeting(Schedule: Of(Weekday.Monday, Weekday.Sunday), Series: true)).ShouldChangeNothing();
        Of(Weekday.Monday, Weekday.Sunday).GetHashCode().ShouldBe(Of(Weekday.Sunday, Weekday.Monday).GetHashCode());
    }

    private static MeetingRun InSeries()
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Series: "m")).ShouldBeAccepted();
        return run;
    }
}
