using Shouldly;
using Xunit;

namespace Actors.Storage.Tests;

public sealed class DynamoFaultTests : DynamoTest
{
    public static TheoryData<string, StorageFault, bool> AppendFaults => new()
    {
        { nameof(ScriptedHttp.Throttled), StorageFault.Throttled, false },
        { nameof(ScriptedHttp.ServerError), StorageFault.ServerError, false },
        { nameof(ScriptedHttp.Refused), StorageFault.Unreachable, false },
        { nameof(ScriptedHttp.AccessDenied), StorageFault.Denied, false },
        { nameof(ScriptedHttp.Silence), StorageFault.TimedOut, false },
        { nameof(ScriptedHttp.LostAnswer), StorageFault.Unreachable, true },
        { nameof(ScriptedHttp.SilenceAfter), StorageFault.TimedOut, true },
    };

    [Theory]
    [MemberData(nameof(AppendFaults))]
    public async Task P3_a_faulty_append_is_tried_once_and_sent_again_with_its_write_id_is_there_once(string script, StorageFault fault, bool tookEffect)
    {
        var log = await OpenWith(1);
        Http.Next("PutItem", AnswerNamed(script));
        var before = Http.Count("PutItem");
        var failing = log.Append(Stream, BatchAt(2), None).AsTask();
        await ExpireWhileWaiting(failing);
        (await Should.ThrowAsync<StorageUnavailableException>(failing)).Fault.ShouldBe(fault);
        (Http.Count("PutItem") - before).ShouldBe(1);
        (await Keys("e/")).Count.ShouldBe(tookEffect ? 2 : 1);

        (await log.Append(Stream, BatchAt(2), None)).ShouldBeOfType<AppendResult.Appended>();
        (await log.Load(Stream, Schemas.Any, None)).Tail.Select(b => b.WriteId).ShouldBe(["w1", "w2"]);
        Meter[StorageOperation.Append].Faults.ShouldBe(1);
    }

    [Fact]
    public async Task P2_a_rival_that_wrote_during_our_time_out_is_a_conflict_not_our_lost_answer()
    {
        var log = await OpenWith(1);
        var rival = await Open();
        Http.Next("PutItem", ScriptedHttp.Throttled, ScriptedHttp.After(() => rival.Append(Stream, BatchAt(2, 5, "theirs"), None).AsTask()));
        await Should.ThrowAsync<StorageUnavailableException>(async () => await log.Append(Stream, BatchAt(2), None));
        var conflict = (await log.Append(Stream, BatchAt(2), None)).ShouldBeOfType<AppendResult.Conflict>();
        (conflict.Existing.WriteId, conflict.Existing.Count).ShouldBe(("theirs", 5));
    }

    [Fact]
    public async Task Reads_are_retried_through_faults_and_give_up_after_the_last_attempt()
    {
        var log = await OpenWith(1);
        Http.Next("Query", ScriptedHttp.Throttled, ScriptedHttp.ServerError, ScriptedHttp.LostAnswer);
        (await log.Load(Stream, Schemas.Any, None)).LastVersion.ShouldBe(1);

        var before = Http.Count("GetItem");
        Http.Otherwise = ScriptedHttp.ServerError;
        (await Should.ThrowAsync<StorageUnavailableException>(async () => await log.Load(Stream, Schemas.Any, None))).Fault.ShouldBe(StorageFault.ServerError);
        (Http.Count("GetItem") - before).ShouldBe(SharedDatabase.Options.Attempts);
    }

    [Fact]
    public async Task What_only_an_operator_can_mend_is_not_retried()
    {
        var log = await Open(new DynamoOptions { Table = "no-such-table", FirstPause = TimeSpan.Zero });
        (await Should.ThrowAsync<StorageUnavailableException>(async () => await log.Load(Stream, Schemas.Any, None))).Fault.ShouldBe(StorageFault.Denied);
        Http.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Retries_wait_on_the_given_clock()
    {
        var options = new DynamoOptions { Table = Table, FirstPause = TimeSpan.FromSeconds(1) };
        var log = await Open(options);
        var pausing = new TaskCompletionSource<TimeSpan>();
        Time.Armed += due =>
        {
            if (due != options.CallTimeout && due != options.OperationTimeout)
                pausing.TrySetResult(due);
        };
        Http.Next("GetItem", ScriptedHttp.Throttled);
        var loading = log.Load(Stream, Schemas.Any, None).AsTask();
        var pause = await pausing.Task;
        pause.ShouldBeInRange(TimeSpan.FromTicks(1), options.FirstPause);
        Http.Calls.Count.ShouldBe(1);
        Time.Advance(pause);
        (await loading).LastVersion.ShouldBe(0);
    }

    [Fact]
    public async Task An_operation_ends_at_its_deadline_however_many_calls_it_makes()
    {
        var log = await Open(new DynamoOptions { Table = Table, Attempts = int.MaxValue, FirstPause = TimeSpan.Zero });
        Http.Otherwise = Http.Silence;
        var start = Time.GetUtcNow();
        var loading = log.Load(Stream, Schemas.Any, None).AsTask();
        await ExpireWhileWaiting(loading);
        (await Should.ThrowAsync<StorageUnavailableException>(loading)).Fault.ShouldBe(StorageFault.TimedOut);
        Http.Calls.Count.ShouldBeInRange(2, 10);
        (Time.GetUtcNow() - start).ShouldBeGreaterThanOrEqualTo(SharedDatabase.Options.OperationTimeout);
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_a_cancellation_not_a_fault()
    {
        var log = await Open();
        using var caller = new CancellationTokenSource();
        Http.Next("PutItem", (send, ct) => { caller.Cancel(); return Http.Silence(send, ct); });
        await Should.ThrowAsync<OperationCanceledException>(async () => await log.Append(Stream, BatchAt(1), caller.Token));
    }

    [Fact]
    public async Task P1_storage_down_for_a_minute_loses_nothing_and_work_resumes()
    {
        var log = await OpenWith(1);
        Http.Otherwise = ScriptedHttp.Refused;
        for (var second = 0; second < 60; second++)
        {
            await Should.ThrowAsync<StorageUnavailableException>(async () => await log.Append(Stream, BatchAt(2, id: "kept"), None));
            Time.Advance(TimeSpan.FromSeconds(1));
        }
        Http.Otherwise = static (send, _) => send();
        (await log.Append(Stream, BatchAt(2, id: "kept"), None)).ShouldBeOfType<AppendResult.Appended>();
        (await log.Load(Stream, Schemas.Any, None)).Tail.Select(b => b.WriteId).ShouldBe(["w1", "kept"]);
    }

    [Fact]
    public async Task A_batch_write_that_is_done_piecemeal_is_done_to_the_end()
    {
        var log = await OpenWith(1);
        Http.Piecemeal = true;
        var snapshot = SnapshotAt(1, 3 * 1024 * 1024);
        await log.SaveSnapshot(Stream, snapshot, None);
        Http.Count("BatchWriteItem").ShouldBe((await Keys("s/")).Count);
        (await log.Load(Stream, Schemas.Any, None)).Snapshot!.Payload.Span.SequenceEqual(snapshot.Payload.Span).ShouldBeTrue();
    }

    private ScriptedHttp.Answer AnswerNamed(string name) =>
        (ScriptedHttp.Answer)typeof(ScriptedHttp).GetProperty(name)!.GetValue(Http)!;

    /// <summary>Lets time pass for whoever waits on it, until the task is done.</summary>
    private async Task ExpireWhileWaiting(Task task)
    {
        while (!task.IsCompleted)
        {
            if (Http.Waiting > 0)
                Time.Advance(SharedDatabase.Options.CallTimeout);
            await Task.Yield();
        }
    }
}
