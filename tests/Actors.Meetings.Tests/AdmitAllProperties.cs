using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>C4: one command admits everybody who waits, whatever they and the process do meanwhile.</summary>
public sealed class AdmitAllProperties
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void C4_and_P11_admit_all_of_a_thousand_admits_each_exactly_once_with_slow_and_leaving_people_and_crashes(int seed)
    {
        var random = new Random(seed);
        var people = 1_000 + random.Next(600);
        var run = MeetingRun.With(MeetingSettings.Default with { WaitingRoom = WaitingRoomPolicy.Everyone, Capacity = Limits.ParticipantsPerMeeting });
        // An empty main room changes nothing: half of the runs have nobody in it.
        if (seed % 2 == 0) run.Join("ann", Role.Host);
        var slow = Enumerable.Range(0, people).Select(i => $"p{i}").Where(_ => random.Next(10) == 0).ToHashSet();
        for (var i = 0; i < people; i++)
            if (!slow.Contains($"p{i}")) run.Join($"p{i}", Role.Attendee).ShouldBeAccepted();
        var late = new Queue<string>(slow);
        var all = run.Next("backend");
        Sent AdmitAll() => run.Send(Caller.Backend("test"), all, new AdmitAll());
        (long Number, HashSet<string> Waiting)? asked = null;
        for (var step = 0; step < 200 || late.Count > 0 || run.State.Due <= run.Now; step++)
        {
            var before = run.State;
            var some = $"p{random.Next(people)}";
            switch (random.Next(8))
            {
                case 0 when late.TryDequeue(out var joins): run.Join(joins, Role.Attendee); break;
                case 1: if (before.Participants.ContainsKey(some)) run.As(some, new Leave()); break;
                case 2: if (before.Participants.GetValueOrDefault(some) is { IsReconnecting: false }) run.Break(some); break;
                case 3: if (before.Participants.GetValueOrDefault(some) is { IsReconnecting: true }) run.Join(some, Role.Attendee); break;
                case 4: run.Now += TimeSpan.FromSeconds(random.Next(8)); break;
                case 5 when step > 20: AdmitAll(); break;
                default: if (run.State.Due <= run.Now) run.System(new Tick()); break;
            }
            // A crash takes what this step did, or nothing; who was not answered asks again with the same id.
            if (random.Next(12) == 0) run.Crash(random.Next(2) == 0 ? before.Version : run.State.Version);
            if (asked is null && run.State.Memory.Find("api:test", all, out var first, out _) == Remembered.Yes)
                asked = (first, [.. before.Participants.Values.Where(one => one.IsWaiting).Select(one => one.Id)]);
        }
        asked ??= (run.State.Version + 1, [.. run.State.Participants.Values.Where(one => one.IsWaiting).Select(one => one.Id)]);
        AdmitAll().ShouldBeAccepted();
        while (run.State.Due <= run.Now) run.System(new Tick());
        Check(run, asked.Value.Waiting, asked.Value.Number, $"seed {seed}");
    }

    private static void Check(MeetingRun run, HashSet<string> waited, long asked, string seed)
    {
        var admissions = run.Log.Where(one => one.Event is ParticipantsAdmitted)
            .SelectMany(one => ((ParticipantsAdmitted)one.Event).Participants.Select(id => (one.Number, Id: id))).ToArray();
        admissions.Select(one => one.Id).ShouldBeUnique(seed);
        admissions.ShouldAllBe(one => one.Number >= asked && waited.Contains(one.Id), seed);
        // Who waited and was not admitted had gone before their turn came.
        var admitted = admissions.Select(one => one.Id).ToHashSet();
        foreach (var id in waited.Where(id => !admitted.Contains(id)))
            run.Log.Any(one => one.Number > asked && one.Event is ParticipantLeft left && left.Participant == id).ShouldBeTrue($"{seed}: {id}");
        waited.Count.ShouldBeGreaterThan(500, seed);
        admitted.Count.ShouldBeGreaterThan(500, seed);
        MeetingInvariants.Check(run.State);
    }
}
