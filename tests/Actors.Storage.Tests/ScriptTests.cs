using Actors.Testing;
using Shouldly;
using Xunit;

namespace Actors.Storage.Tests;

/// <summary>The scripted log does what its scripts say, so that the tests of grains can rely on it.</summary>
public sealed class ScriptTests
{
    private readonly InMemoryEventLog _inner = new(new ManualTime());
    private readonly ScriptedEventLog _log;

    public ScriptTests() => _log = new ScriptedEventLog(_inner);

    private static Batch BatchAt(long version, string id) => new(version, 1, id, "writer", DateTimeOffset.UnixEpoch, "[]"u8.ToArray());

    private ValueTask<AppendResult> Append(Batch batch) => _log.Append("s", batch, CancellationToken.None);

    private async Task<long> Last() => (await _inner.Load("s", Schemas.Any, CancellationToken.None)).LastVersion;

    [Fact]
    public async Task Failing_before_leaves_no_trace_and_failing_after_leaves_the_batch()
    {
        _log.Next(StorageOperation.Append, new Script.FailBefore(), new Script.FailAfter());
        (await Should.ThrowAsync<StorageUnavailableException>(async () => await Append(BatchAt(1, "a")))).Fault.ShouldBe(StorageFault.Throttled);
        (await Last()).ShouldBe(0);
        (await Should.ThrowAsync<StorageUnavailableException>(async () => await Append(BatchAt(1, "a")))).Fault.ShouldBe(StorageFault.TimedOut);
        (await Last()).ShouldBe(1);
        (await Append(BatchAt(1, "a"))).ShouldBeOfType<AppendResult.Appended>();
        _log.Calls(StorageOperation.Append).ShouldBe(3);
    }

    [Fact]
    public async Task A_rival_comes_first()
    {
        _log.Next(StorageOperation.Append, new Script.Rival(BatchAt(1, "theirs")));
        (await Append(BatchAt(1, "mine"))).ShouldBeOfType<AppendResult.Conflict>().Existing.WriteId.ShouldBe("theirs");
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_held_call_waits_before_or_after_its_effect(bool afterEffect, long durable)
    {
        var hold = _log.HoldNext(StorageOperation.Append, afterEffect);
        var appending = Append(BatchAt(1, "a")).AsTask();
        await hold.Reached;
        (await Last()).ShouldBe(durable);
        appending.IsCompleted.ShouldBeFalse();
        hold.Release();
        (await appending).ShouldBeOfType<AppendResult.Appended>();
    }

    [Fact]
    public async Task Down_fails_everything_until_it_is_up()
    {
        _log.Down = StorageFault.Unreachable;
        await Should.ThrowAsync<StorageUnavailableException>(async () => await Append(BatchAt(1, "a")));
        await Should.ThrowAsync<StorageUnavailableException>(async () => await _log.Load("s", Schemas.Any, CancellationToken.None));
        _log.Down = null;
        (await Append(BatchAt(1, "a"))).ShouldBeOfType<AppendResult.Appended>();
    }
}
