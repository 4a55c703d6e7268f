using Actors.Contracts;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

public sealed class AdmitAllTests
{
    private const int People = 1_200;

    [Fact]
    public async Task C4_and_P11_admit_all_of_more_than_a_thousand_admits_each_exactly_once_although_the_silo_is_killed_in_the_middle()
    {
        await using var bed = await TestBed.Start();
        var settings = MeetingSettings.Default with { WaitingRoom = WaitingRoomPolicy.Everyone, Capacity = Limits.ParticipantsPerMeeting };
        var meeting = await bed.Opened(settings: settings);
        await TestBed.Accepted(meeting, bed.Joining("host", Role.Host));
        await Task.WhenAll(Enumerable.Range(0, People).Select(i => TestBed.Accepted(meeting, bed.Joining($"p{i}", Role.Attendee))));
        var all = bed.By("host", new AdmitAll());
        // Some leave while they are being admitted. Nothing of it is durable when the silo dies; storage may still take what was under way.
        Request[] leaving = [.. Enumerable.Range(0, 50).Select(i => bed.By($"p{i * 20}", new Leave()))];
        var gate = bed.Log.Hold("meeting/");
        Task[] lost = [Lost(meeting, all), .. leaving.Select(leave => Lost(meeting, leave))];
        await gate.Arrived.WaitAsync(TestBed.Patience);
        await bed.Kill();
        gate.Release();
        await Task.WhenAll(lost);

        await Task.WhenAll(leaving.Append(all).Select(request => Again(bed, request)));
        // Killed once more between the two parts of the admission, or after them.
        await bed.Kill();
        using var patience = new CancellationTokenSource(TestBed.Patience);
        while (Admissions(await TestBed.Events(bed.Meeting()))[^1].Through is not null)
        {
            patience.Token.ThrowIfCancellationRequested();
            await bed.Meeting().Wake(default);
        }

        var events = (await TestBed.Events(bed.Meeting())).Select(one => one.Event).ToArray();
        var admitted = Admissions(await TestBed.Events(bed.Meeting())).SelectMany(one => one.Participants).ToArray();
        admitted.ShouldBeUnique();
        var left = events.OfType<ParticipantLeft>().Select(one => one.Participant).ToHashSet();
        left.Count.ShouldBe(leaving.Length);
        Enumerable.Range(0, People).Select(i => $"p{i}").Where(id => !left.Contains(id)).Except(admitted).ShouldBeEmpty();
        ((MeetingView)(await bed.Meeting().View(new ViewRequest(Audience.Moderators), default))!).WaitingCount.ShouldBe(0);
    }

    private static ParticipantsAdmitted[] Admissions(IEnumerable<Recorded> events) => [.. events.Select(one => one.Event).OfType<ParticipantsAdmitted>()];

    private static async Task Lost(IMeetingGrain meeting, Request request)
    {
        try
        {
            await meeting.Execute(request, default).AsTask().WaitAsync(TestBed.Patience);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException or OperationCanceledException)
        {
            // Its silo is gone.
        }
    }

    // As a gateway does: the same id until there is an answer. Who was put out by then is told so.
    private static async Task Again(TestBed bed, Request request)
    {
        while (await bed.Meeting().Execute(request, default).AsTask().WaitAsync(TestBed.Patience) is { } answer and not Accepted)
            answer.ShouldBeOfType<Retry>();
    }
}
