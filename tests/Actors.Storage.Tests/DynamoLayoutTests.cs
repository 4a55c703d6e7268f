using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Actors.Storage.Tests;

/// <summary>The stored form, its cost, and the number of round trips.</summary>
public sealed class DynamoLayoutTests : DynamoTest
{
    [Fact]
    public async Task A_batch_is_the_item_that_the_readme_shows()
    {
        var log = await Open();
        await log.Append(Stream, new Batch(17, 3, "9f2c", "silo-a", Time.GetUtcNow(), "[{\"type\":\"joined\"}]"u8.ToArray()), None);
        var item = await Item("e/000001/000000000017");
        item.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value.S ?? a.Value.N}").ShouldBe([
            "at=2026-01-05T09:00:00.0000000Z", "by=silo-a", "d=[{\"type\":\"joined\"}]", "f=1", "n=3", $"pk={Stream}", "sk=e/000001/000000000017", "w=9f2c"]);
    }

    [Theory]
    [InlineData("f", "2")]
    [InlineData("sk", "e/000002/000000000002")]
    public async Task P10_an_item_of_an_unknown_format_or_epoch_throws(string attribute, string value)
    {
        var log = await OpenWith(1);
        var item = await Item(DynamoKeys.Event(1));
        item["sk"] = new(DynamoKeys.Event(2));
        item[attribute] = attribute == "f" ? new AttributeValue { N = value } : new(value);
        await Put(item);
        await Should.ThrowAsync<StreamCorruptedException>(async () => await log.Load(Stream, Schemas.Any, None));
    }

    [Fact]
    public async Task Activation_of_a_large_meeting_takes_three_round_trips_two_of_them_in_parallel()
    {
        var log = await OpenWith(20);
        // A thousand participants, each with a name and attributes that hardly compress: under one chunk.
        await log.SaveSnapshot(Stream, SnapshotAt(10, 300_000), None);
        Http.Calls.Clear();
        (await log.Load(Stream, Schemas.Any, None)).Tail.Length.ShouldBe(10);
        Http.Calls.Order(StringComparer.Ordinal).ShouldBe(["GetItem", "GetItem", "Query"]);
    }

    [Fact]
    public async Task Activation_of_a_new_stream_takes_two_round_trips()
    {
        var log = await Open();
        await log.Load(Stream, Schemas.Any, None);
        Http.Calls.ShouldBe(["GetItem", "Query"]);
    }

    [Fact]
    public async Task A_history_page_takes_two_round_trips()
    {
        var log = await OpenWith(300);
        await log.SaveOverlay(Stream, new Overlay(0, 300, "edits"u8.ToArray()), None);
        await log.SaveOverlay(Stream, new Overlay(1, 300, "more"u8.ToArray()), None);
        Http.Calls.Clear();
        var page = await log.ReadBackward(Stream, 300, ReadLimit.OfEvents(200), None);
        var overlays = await log.ReadOverlays(Stream, 0, 1, None);
        (page.Batches.Length, page.End, overlays.Length).ShouldBe((200, false, 2));
        Http.Calls.ShouldBe(["Query", "Query"]);
    }

    [Fact]
    public async Task Capacity_units_are_those_DynamoDB_counts()
    {
        var log = await Open();
        var small = (await log.Append(Stream, BatchAt(1), None)).ShouldBeOfType<AppendResult.Appended>();
        var large = (await log.Append(Stream, BatchAt(2, bytes: 10_000), None)).ShouldBeOfType<AppendResult.Appended>();
        small.WriteUnits.ShouldBe(1);
        large.WriteUnits.ShouldBe(10);
        Meter[StorageOperation.Append].ShouldBe(new StorageUse(2, 0, 0, 11));
        await log.Load(Stream, Schemas.Any, None);
        // Ten kilobytes, strongly consistent, four to the unit; and the head that is not there.
        Meter[StorageOperation.Load].ShouldBe(new StorageUse(2, 0, 4, 0));
        Meter.Total.ShouldBe(new StorageUse(4, 0, 4, 11));
    }

    [Fact]
    public async Task A_group_of_a_hundred_byte_messages_costs_well_under_a_quarter_unit_each()
    {
        var log = await Open();
        var events = Encoding.UTF8.GetBytes("[" + string.Join(",", Enumerable.Repeat($"\"{new string('x', 100)}\"", 30)) + "]");
        var appended = (AppendResult.Appended)await log.Append(Stream, new Batch(1, 30, "w", "silo-1", Time.GetUtcNow(), events), None);
        (appended.WriteUnits / 30).ShouldBeLessThan(0.25);
    }

    [Fact]
    public async Task The_table_is_made_once_on_demand_with_an_item_stream_of_new_images()
    {
        var client = await Database();
        var options = new DynamoOptions { Table = "made-once" };
        (await StreamTable.CreateIfMissing(client, options, TimeProvider.System, None)).ShouldBeTrue();
        (await StreamTable.CreateIfMissing(client, options, TimeProvider.System, None)).ShouldBeFalse();
        var table = (await client.DescribeTableAsync(options.Table)).Table;
        table.BillingModeSummary.BillingMode.ShouldBe(BillingMode.PAY_PER_REQUEST);
        table.StreamSpecification.StreamViewType.ShouldBe(StreamViewType.NEW_IMAGE);
        table.KeySchema.Select(k => k.AttributeName).ShouldBe(["pk", "sk"]);
    }

    [Fact]
    public async Task Services_give_the_log_that_was_asked_for()
    {
        var services = new ServiceCollection().AddSingleton(await Database()).AddDynamoEventLog(o => o.Table = Table);
        await using var dynamo = services.BuildServiceProvider();
        var log = dynamo.GetRequiredService<IEventLog>();
        await log.Append(Stream, BatchAt(1), None);
        dynamo.GetRequiredService<CapacityMeter>()[StorageOperation.Append].Calls.ShouldBe(1);
        (await Keys("e/")).Count.ShouldBe(1);

        await using var memory = new ServiceCollection().AddInMemoryEventLog().BuildServiceProvider();
        memory.GetRequiredService<IEventLog>().ShouldBeOfType<InMemoryEventLog>();
    }
}
