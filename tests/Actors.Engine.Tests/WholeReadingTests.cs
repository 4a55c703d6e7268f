using System.Net;
using Orleans.DynamoDB;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>Readings of a table that changes while it is read.</summary>
public sealed class WholeReadingTests
{
    private readonly ManualTime _time = new();

    public static TheoryData<long, long[], bool> Readings => new()
    {
        { 0, [], true },
        { 8, [], true },
        { 8, [3, 8], true },
        { 8, [8, 3], true },
        { 8, [3, 7], false },
        { 7, [3, 8], false },
        { 8, [1], false },
    };

    [Theory]
    [MemberData(nameof(Readings))]
    public void A_reading_is_whole_where_its_newest_row_is_of_its_version(long version, long[] written, bool whole) =>
        WholeReading.IsWhole(Reading(version, written)).ShouldBe(whole);

    [Fact]
    public async Task A_torn_reading_is_repeated()
    {
        var readings = new Queue<TableReading>([Reading(8, 3, 7), Reading(8, 3, 8), Reading(9, 3, 9)]);
        var taking = WholeReading.Take(_ => Task.FromResult(readings.Dequeue()), _time, default);
        taking.IsCompleted.ShouldBeFalse();
        _time.Advance(WholeReading.Pause);
        var taken = await taking;
        (taken.Version, taken.Rows.Max(row => row.Written)).ShouldBe((8, 8));
        readings.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Where_the_newest_row_was_cleaned_up_the_last_attempt_counts()
    {
        var readings = 0;
        var taking = WholeReading.Take(
            _ =>
            {
                readings++;
                return Task.FromResult(Reading(8, 3, 7));
            },
            _time,
            default);
        for (var i = 0; i < 10_000 && !taking.IsCompleted; i++)
        {
            _time.Advance(WholeReading.Pause);
            await Task.Yield();
        }

        readings.ShouldBe(WholeReading.Attempts);
        (await taking).Version.ShouldBe(8);
    }

    private static TableReading Reading(long version, params long[] written) => new(version,
    [
        .. written.Select((at, i) => new MemberRow(
            new ClusterMember(SiloAddress.New(IPAddress.Loopback, i + 1, 7), SiloStatus.Active, "silo", 0, default), default, [], at)),
    ]);
}
