using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings.Tests;

/// <summary>The stored form of the events of a meeting's life: checked with all others by <see cref="MeetingGoldenTests"/>.</summary>
internal static class LifecycleGolden
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 9, 0, 0, TimeSpan.FromHours(1));

    private static readonly MeetingSchedule Schedule = new(At, 45, "Europe/Berlin", new Recurrence(Frequency.Weekly, 2, 10, At.AddYears(1)));

    public static readonly ImmutableArray<Event> Events =
    [
        new MeetingCreated("Physics", MeetingSettings.Default with { EndWhenEmptySeconds = 60, EndWithoutHostSeconds = 120, TimeLimitMinutes = 40, JoinBeforeMinutes = 10, WaitingRoom = WaitingRoomPolicy.UnknownTenants },
            Tags: ["a"], Schedule: Schedule, Series: new SeriesPosition("physics", 1, Schedule), Passcode: "hash"),
        new MeetingEnded(EndReason.NoHost),
        new MeetingUpdated("Chemistry", Schedule with { Repeats = null }, new SeriesPosition("physics", 3)),
        new MeetingCancelled(),
        new SeriesEnded(),
        new MeetingExtended(At),
        new MeetingEndingSoon(10, At),
        new PasscodeChanged(true, "hash"),
        new MetadataChanged(ImmutableDictionary<string, string>.Empty.Add("course", "p1"), ["room"]),
        new TagsChanged(["a", "b"]),
        new ParticipantRenamed("ann", "Anna"),
        new WaitingMessaged("Soon"),
        new OccurrenceFollows("physics--2", new SeriesPosition("physics", 2), Schedule with { Repeats = null }),
        new OccurrenceContinued(),
        new CarriedOver("physics", ["mal"]),
        new GroupsCarried(0, [new Assignment("ann", "r1-1")]),
        new OccurrenceSkipped(At),
        new OccurrenceMoved(At, At.AddHours(2)),
        new MeetingUpdated(Series: new SeriesPosition("physics", 3, Schedule with { Repeats = new Recurrence(Frequency.Weekly, Days: [Weekday.Monday, Weekday.Friday]) })),
        new MeetingUpdated(Schedule: Schedule with { Repeats = new Recurrence(Frequency.Monthly, Weekday: Weekday.Tuesday, Week: -1) }),
        new OccurrenceFollows("physics--4",
            new SeriesPosition("physics", 4, Schedule with { Repeats = new Recurrence(Frequency.Monthly, Day: 1) }, [new OccurrenceChange(At), new OccurrenceChange(At.AddMonths(1), At)])),
        new CarriedOver("physics", [], Parts: 2),
        new RemovalsCarried(1, [new Removal("mal", At)]),
        new ParticipantJoined("ann", "Ann", Role.Participant, Kind.Person, "s1", "c1", "g1", "waiting", Held: Standing.Foreign),
        new ParticipantsAdmitted(["ann"], 7, Held: true),
    ];

    private const string Once = """{"start":"2026-03-01T09:00:00+01:00","durationMinutes":45,"timeZone":"Europe/Berlin"}""";

    private const string Planned = """{"start":"2026-03-01T09:00:00+01:00","durationMinutes":45,"timeZone":"Europe/Berlin","repeats":{"every":"weekly","interval":2,"count":10,"until":"2027-03-01T09:00:00+01:00"}}""";

    public static readonly ImmutableArray<string> Stored =
    [
        """{"type":"meeting_created","title":"Physics","settings":{"policy":{"muteOnEntry":false,"mayUnmute":true,"mayUseCamera":true,"mayShare":true,"mayChat":true,"mayRaiseHand":true,"mayReact":true,"mayRename":true},"capacity":1000,"waitForHost":false,"waitingRoom":"unknown_tenants","devices":"take_over","inbox":false,"endWhenEmptySeconds":60,"endWithoutHostSeconds":120,"timeLimitMinutes":40,"joinBeforeMinutes":10},"tags":["a"],"schedule":"""
            + Planned + ""","series":{"series":"physics","number":1,"plan":""" + Planned + """},"passcode":"hash"}""",
        """{"type":"meeting_ended","reason":"no_host"}""",
        """{"type":"meeting_updated","title":"Chemistry","schedule":""" + Once + ""","series":{"series":"physics","number":3}}""",
        """{"type":"meeting_cancelled"}""",
        """{"type":"series_ended"}""",
        """{"type":"meeting_extended","endsAt":"2026-03-01T09:00:00+01:00"}""",
        """{"type":"meeting_ending_soon","minutes":10,"endsAt":"2026-03-01T09:00:00+01:00"}""",
        """{"type":"passcode_changed","required":true,"hash":"hash"}""",
        """{"type":"metadata_changed","set":{"course":"p1"},"removed":["room"]}""",
        """{"type":"tags_changed","tags":["a","b"]}""",
        """{"type":"participant_renamed","participant":"ann","name":"Anna"}""",
        """{"type":"waiting_messaged","text":"Soon"}""",
        """{"type":"occurrence_follows","meeting":"physics--2","series":{"series":"physics","number":2},"schedule":""" + Once + "}",
        """{"type":"occurrence_continued"}""",
        """{"type":"carried_over","former":"physics","bans":["mal"]}""",
        """{"type":"groups_carried","part":0,"assignments":[{"participant":"ann","room":"r1-1"}]}""",
        """{"type":"occurrence_skipped","start":"2026-03-01T09:00:00+01:00"}""",
        """{"type":"occurrence_moved","start":"2026-03-01T09:00:00+01:00","to":"2026-03-01T11:00:00+01:00"}""",
        """{"type":"meeting_updated","series":{"series":"physics","number":3,"plan":{"start":"2026-03-01T09:00:00+01:00","durationMinutes":45,"timeZone":"Europe/Berlin","repeats":{"every":"weekly","interval":1,"days":["monday","friday"]}}}}""",
        """{"type":"meeting_updated","schedule":{"start":"2026-03-01T09:00:00+01:00","durationMinutes":45,"timeZone":"Europe/Berlin","repeats":{"every":"monthly","interval":1,"weekday":"tuesday","week":-1}}}""",
        """{"type":"occurrence_follows","meeting":"physics--4","series":{"series":"physics","number":4,"plan":{"start":"2026-03-01T09:00:00+01:00","durationMinutes":45,"timeZone":"Europe/Berlin","repeats":{"every":"monthly","interval":1,"day":1}},"exceptions":[{"start":"2026-03-01T09:00:00+01:00"},{"start":"2026-04-01T09:00:00+01:00","to":"2026-03-01T09:00:00+01:00"}]}}""",
        """{"type":"carried_over","former":"physics","bans":[],"parts":2}""",
        """{"type":"removals_carried","part":1,"removals":[{"participant":"mal","at":"2026-03-01T09:00:00+01:00"}]}""",
        """{"type":"participant_joined","participant":"ann","name":"Ann","role":"participant","kind":"person","session":"s1","connection":"c1","gateway":"g1","place":"waiting","held":"foreign"}""",
        """{"type":"participants_admitted","participants":["ann"],"through":7,"held":true}""",
    ];
}
