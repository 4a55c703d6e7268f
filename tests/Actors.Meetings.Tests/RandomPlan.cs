using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings.Tests;

/// <summary>Plans of every form, mostly at night, when clocks change, in zones that change them in different ways.</summary>
internal static class RandomPlan
{
    // By half an hour, by two, at midnight, for Ramadan, the other way round, once by a whole day, never.
    private static readonly ImmutableArray<string> Zones =
    [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll", "America/Sao_Paulo", "America/Santiago", "Africa/Cairo",
        "Africa/Casablanca", "Europe/Dublin", "Pacific/Apia", "America/St_Johns", "Pacific/Chatham", "Asia/Kathmandu", "UTC",
    ];

    /// <summary>One that begins in these years, on one of its own days.</summary>
    public static MeetingSchedule Next(Random random, int firstYear = 2005, int lastYear = 2040, int days = 1_000)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Zones[random.Next(Zones.Length)]);
        var day = new DateTime(firstYear, 1, 1).AddDays(random.Next((lastYear - firstYear + 1) * 365));
        var local = day + (SlowPlan.Quarter * (random.Next(4) == 0 ? random.Next(96) : random.Next(14)));
        var start = TimeZoneInfo.ConvertTime(SlowPlan.Instant(local, zone), zone);
        var rule = Rule(random, start.DateTime);
        return new MeetingSchedule(start, 30, zone.Id, rule with
        {
            Count = random.Next(3) == 0 ? random.Next(1, 60) : null,
            Until = random.Next(3) == 0 ? start + (SlowPlan.Quarter * random.Next(days * 96)) : null,
        });
    }

    private static Recurrence Rule(Random random, DateTime first)
    {
        var interval = random.Next(3) == 0 ? random.Next(1, 6) : 1;
        var weekday = Enum.Parse<Weekday>(first.DayOfWeek.ToString());
        switch (random.Next(6))
        {
            case 0: return new Recurrence(Frequency.Daily, interval);
            case 1: return new Recurrence(Frequency.Weekly, interval);
            case 2:
                var days = Enum.GetValues<Weekday>().Where(day => day == weekday || random.Next(3) == 0).ToArray();
                random.Shuffle(days);
                return new Recurrence(Frequency.Weekly, interval, Days: [.. days]);
            case 3: return new Recurrence(Frequency.Monthly, interval);
            case 4: return new Recurrence(Frequency.Monthly, interval, Day: first.Day);
            default:
                var isLast = first.AddDays(7).Month != first.Month;
                var week = 1 + ((first.Day - 1) / 7);
                return new Recurrence(Frequency.Monthly, interval, Weekday: weekday, Week: week == 5 || (isLast && random.Next(2) == 0) ? -1 : week);
        }
    }
}
