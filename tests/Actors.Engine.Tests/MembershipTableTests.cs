using System.Net;
using Orleans.DynamoDB;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>What every membership table does. Memory and DynamoDB each run it.</summary>
public abstract class MembershipTableTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private protected abstract Task<IMembershipTable> Open();

    [Fact]
    public async Task A_new_table_is_empty()
    {
        var reading = await (await Open()).Read(default);
        (reading.Version, reading.Rows.Length).ShouldBe((0, 0));
    }

    [Fact]
    public async Task What_is_written_is_read_and_raises_the_version_by_one()
    {
        var table = await Open();
        var row = Row(1, SiloStatus.Active) with { Suspicions = [new Suspicion(Silo(2), Noon)] };
        (await table.Write(row, 0, default)).ShouldBeTrue();
        (await table.Write(Row(2, SiloStatus.Joining), 1, default)).ShouldBeTrue();

        var reading = await table.Read(default);
        reading.Version.ShouldBe(2);
        var read = reading.Find(Silo(1)).ShouldNotBeNull();
        read.Member.ShouldBe(row.Member);
        read.AliveAt.ShouldBe(Noon);
        read.Suspicions.ShouldBe(row.Suspicions);
        read.Written.ShouldBe(1);
        reading.View().StatusOf(Silo(2)).ShouldBe(SiloStatus.Joining);
        reading.View().StatusOf(Silo(9)).ShouldBe(SiloStatus.Dead);
    }

    [Fact]
    public async Task P2_of_two_who_read_the_same_version_only_one_writes()
    {
        var table = await Open();
        await table.Write(Row(1, SiloStatus.Active), 0, default);
        await table.Write(Row(2, SiloStatus.Active), 1, default);
        var reading = await table.Read(default);

        (await table.Write(reading.Find(Silo(1))!.With(SiloStatus.Dead), reading.Version, default)).ShouldBeTrue();
        (await table.Write(reading.Find(Silo(2))!.With(SiloStatus.Dead), reading.Version, default)).ShouldBeFalse();
        (await table.Write(Row(3, SiloStatus.Joining), reading.Version, default)).ShouldBeFalse();
        (await table.Read(default)).Find(Silo(2))!.Status.ShouldBe(SiloStatus.Active);
    }

    [Fact]
    public async Task A_row_that_is_not_as_it_was_read_is_not_overwritten()
    {
        var table = await Open();
        await table.Write(Row(1, SiloStatus.Joining), 0, default);
        (await table.Write(Row(1, SiloStatus.Active), 1, default)).ShouldBeFalse();
        (await table.Read(default)).Find(Silo(1))!.Status.ShouldBe(SiloStatus.Joining);
    }

    [Fact]
    public async Task A_sign_of_life_changes_no_version_and_makes_no_row()
    {
        var table = await Open();
        await table.Write(Row(1, SiloStatus.Active), 0, default);
        var before = await table.Read(default);
        (await table.Heartbeat(Silo(1), Noon.AddMinutes(1), default)).ShouldBeTrue();
        (await table.Heartbeat(Silo(2), Noon, default)).ShouldBeFalse();

        var after = await table.Read(default);
        after.Version.ShouldBe(1);
        after.Rows.ShouldHaveSingleItem().AliveAt.ShouldBe(Noon.AddMinutes(1));
        (await table.Write(before.Find(Silo(1))!.With(SiloStatus.ShuttingDown), 1, default)).ShouldBeTrue("a sign of life is no change");
    }

    [Fact]
    public async Task Only_dead_rows_are_deleted()
    {
        var table = await Open();
        await table.Write(Row(1, SiloStatus.Active), 0, default);
        await table.Write(Row(2, SiloStatus.Dead), 1, default);
        await table.Delete(Silo(1), default);
        await table.Delete(Silo(2), default);
        await table.Delete(Silo(3), default);
        (await table.Read(default)).Rows.ShouldHaveSingleItem().Silo.ShouldBe(Silo(1));
    }

    private static SiloAddress Silo(int port) => SiloAddress.New(IPAddress.Loopback, port, 7);

    private static MemberRow Row(int port, SiloStatus status) =>
        new(new ClusterMember(Silo(port), status, $"silo {port}", port + 1_000, Noon), Noon, []);
}

public sealed class InMemoryMembershipTableTests : MembershipTableTests
{
    private protected override Task<IMembershipTable> Open() => Task.FromResult<IMembershipTable>(new InMemoryMembershipTable());
}

[Collection(nameof(LocalDatabase))]
public sealed class DynamoMembershipTableTests(LocalDatabase database) : MembershipTableTests, IDisposable
{
    private static int _tables;
    private DynamoMembershipTable? _table;

    public void Dispose() => _table?.Dispose();

    private protected override async Task<IMembershipTable> Open()
    {
        _table = new DynamoMembershipTable(
            new TableOptions(
                $"silos{Interlocked.Increment(ref _tables)}", database.Endpoint, "local", "local", null, null, CreateIfNotExists: true, Throughput: null),
            "cluster",
            TimeProvider.System);
        await _table.Start(default);
        return _table;
    }
}
