using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>Joining a table that others change meanwhile. Who joined is in it, or the join failed.</summary>
public sealed class JoiningTests
{
    private static readonly SiloAddress Address = SiloAddress.New(IPAddress.Loopback, 1, 7);

    private readonly ManualTime _time = new();
    private readonly InMemoryMembershipTable _rows = new();

    [Fact]
    public async Task A_silo_that_others_outrun_joins_when_they_let_it()
    {
        var table = new RivalTable(_rows) { Outruns = true };
        var joining = Agent(table, patienceSeconds: 3_600).Enter(default);
        await Pass(joining, () => table.Writes >= 2 * MembershipLimits.WriteAttempts);
        joining.IsCompleted.ShouldBeFalse("a silo that is not in the table has not joined");
        table.Outruns = false;
        await Pass(joining, () => joining.IsCompleted);
        await joining;
        (await _rows.Read(default)).Find(Address)!.Status.ShouldBe(SiloStatus.Active);
    }

    [Fact]
    public async Task P8_patience_to_join_ends()
    {
        var joining = Agent(new RivalTable(_rows) { Outruns = true }).Enter(default);
        await Pass(joining, () => joining.IsCompleted);
        (await Should.ThrowAsync<OrleansException>(joining)).Message.ShouldContain("could not join");
        (await _rows.Read(default)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_is_declared_dead_while_joining_stays_dead()
    {
        var joining = Agent(new RivalTable(_rows) { Buries = true }).Enter(default);
        await Pass(joining, () => joining.IsCompleted);
        (await Should.ThrowAsync<OrleansException>(joining)).Message.ShouldContain("declared dead");
        (await _rows.Read(default)).Find(Address)!.Status.ShouldBe(SiloStatus.Dead);
    }

    [Fact]
    public async Task A_reading_from_before_the_join_evicts_nobody()
    {
        var table = new RivalTable(_rows) { Delays = new TaskCompletionSource() };
        var agent = Agent(table);
        var evictions = 0;
        agent.Evicted += _ => evictions++;
        var early = agent.Look(default);
        await agent.Enter(default);
        table.Delays.SetResult();
        await early;
        evictions.ShouldBe(0);

        // One that is as new as what is known counts.
        var now = await _rows.Read(default);
        await _rows.Write(now.Find(Address)!.With(SiloStatus.Dead), now.Version, default);
        await agent.Look(default);
        evictions.ShouldBe(1);
    }

    private MembershipAgent Agent(IMembershipTable table, int patienceSeconds = 30) => new(
        () => new ClusterMember(Address, SiloStatus.Joining, "silo", 0, _time.GetUtcNow()),
        table, new NoProbe(), new ClusterMembershipOptions { MaxJoinAttemptTime = TimeSpan.FromSeconds(patienceSeconds) }, _time, new Random(1), NullLogger.Instance);

    // The clock moves until then; each step is the table's or the clock's, so that no real time passes.
    private async Task Pass(Task joining, Func<bool> enough)
    {
        for (var i = 0; i < 10_000 && !enough() && !joining.IsCompleted; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }

    private sealed class NoProbe : IProbe
    {
        public Task<bool> Probe(SiloAddress silo, TimeSpan timeout, CancellationToken cancellation) => Task.FromResult(true);

        public bool HasHeard(SiloAddress silo, TimeSpan within) => false;
    }

    private sealed class RivalTable(InMemoryMembershipTable rows) : IMembershipTable
    {
        private int _readings;

        /// <summary>Somebody else is always faster.</summary>
        public bool Outruns { get; set; }

        /// <summary>Who writes that it is joining is declared dead at once.</summary>
        public bool Buries { get; init; }

        /// <summary>Until then the first reading, taken at once, is on its way.</summary>
        public TaskCompletionSource? Delays { get; init; }

        public int Writes { get; private set; }

        public Task Start(CancellationToken cancellation) => rows.Start(cancellation);

        public async Task<TableReading> Read(CancellationToken cancellation)
        {
            var reading = await rows.Read(cancellation);
            if (Delays is not null && Interlocked.Exchange(ref _readings, 1) == 0)
            {
                await Delays.Task;
            }

            return reading;
        }

        public async Task<bool> Write(MemberRow row, long version, CancellationToken cancellation)
        {
            Writes++;
            if (Outruns || !await rows.Write(row, version, cancellation))
            {
                return false;
            }

            if (Buries && row.Status == SiloStatus.Joining)
            {
                var now = await rows.Read(cancellation);
                await rows.Write(now.Find(row.Silo)!.With(SiloStatus.Dead), now.Version, cancellation);
            }

            return true;
        }

        public Task<bool> Heartbeat(SiloAddress silo, DateTimeOffset at, CancellationToken cancellation) => rows.Heartbeat(silo, at, cancellation);

        public Task Delete(SiloAddress silo, CancellationToken cancellation) => rows.Delete(silo, cancellation);
    }
}
