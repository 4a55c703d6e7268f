using Actors.Contracts;
using Actors.Storage;
using Actors.Storage.Local;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>The same promises with streams in the real DynamoDB Local, which dies with the tests.</summary>
public sealed class DynamoTests : IAsyncLifetime
{
    private readonly CapacityMeter _meter = new();
    private DynamoDbLocal? _database;
    private DynamoEventLog? _log;

    public async Task InitializeAsync()
    {
        _database = await DynamoDbLocal.Start(new DynamoDbLocalOptions(), TimeProvider.System, default);
        // The grains' clock stands still: an append that is given up would never be tried again.
        var options = new DynamoOptions { Table = "streams", CallTimeout = TimeSpan.FromMinutes(1), OperationTimeout = TimeSpan.FromMinutes(5) };
        var client = _database.CreateClient();
        await StreamTable.CreateIfMissing(client, options, TimeProvider.System, default);
        _log = new DynamoEventLog(client, options, TimeProvider.System, new Random(1), _meter);
    }

    public async Task DisposeAsync() => await _database!.DisposeAsync();

    [Fact]
    public async Task P11_a_lesson_survives_the_death_of_its_process()
    {
        await using var bed = await TestBed.Start(_log);
        var meeting = await bed.Opened();
        var joined = await TestBed.Accepted(meeting, bed.Joining("ann", Role.Host));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => TestBed.Accepted(meeting, bed.Joining($"p{i}"))));
        var post = bed.By("ann", new PostMessage("hello"), meetingSeen: joined.Last);
        var posted = await TestBed.Accepted(bed.Thread(), post);
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new EditMessage(posted.First, "hello, all")));
        await bed.Kill();

        (await TestBed.Accepted(bed.Thread(), post)).ShouldBe(posted with { Repeat = true });
        var view = (MeetingView)(await bed.Meeting().View(new ViewRequest(Audience.Moderators), default))!;
        view.Participants.Length.ShouldBe(51);
        var page = await bed.Thread().History(new HistoryRequest(Caller: Caller.Participant("ann")), default);
        page.Messages.Single().Text.ShouldBe("hello, all");
        await TestBed.Accepted(bed.Meeting(), bed.By("p7", new RaiseHand()));
    }

    [Fact]
    public async Task Activation_of_a_meeting_of_a_thousand_and_a_history_page_stay_within_their_round_trips()
    {
        await using var bed = await TestBed.Start(_log);
        var meeting = await bed.Opened();
        var joined = await TestBed.Accepted(meeting, bed.Joining("ann", Role.Host));
        await Task.WhenAll(Enumerable.Range(0, 998).Select(i => TestBed.Accepted(meeting, bed.Joining($"p{i}"))));
        var posts = await Task.WhenAll(Enumerable.Range(0, 1_200).Select(i =>
            TestBed.Accepted(bed.Thread(), bed.Alone(bed.By("ann", new PostMessage($"message {i}"), meetingSeen: joined.Last)))));
        // In good order, so that the next activation begins with a snapshot.
        await bed.Restart();

        var before = _meter[StorageOperation.Load].Calls;
        bed.Log.ForgetCalls();
        ((MeetingView)(await bed.Meeting().View(new ViewRequest(Audience.Members), default))!).Participants.Length.ShouldBe(999);
        await bed.Thread().Wake(default);
        var loads = bed.Log.Calls(nameof(IEventLog.Load));
        (_meter[StorageOperation.Load].Calls - before).ShouldBeLessThanOrEqualTo(3 * loads);

        var reads = Reads();
        var page = await bed.Thread().History(new HistoryRequest(Before: posts[300].First, Limit: 200, Caller: Caller.Backend("api")), default);
        page.Messages.Length.ShouldBe(200);
        (Reads() - reads).ShouldBeLessThanOrEqualTo(2);
    }

    private long Reads() =>
        _meter[StorageOperation.ReadForward].Calls + _meter[StorageOperation.ReadBackward].Calls + _meter[StorageOperation.ReadOverlays].Calls;
}
