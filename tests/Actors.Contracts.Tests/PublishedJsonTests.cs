using System.Buffers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace Actors.Contracts.Tests;

public class PublishedJsonTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_000);

    public static TheoryData<Recorded, string> Golden => new()
    {
        { new(13, At, "u1", null, new HandRaised("u1")), """{"number":13,"at":1790000000000,"type":"hand_raised","participant":"u1"}""" },
        { new(14, At, "h", null, new HandLowered("u1")), """{"number":14,"at":1790000000000,"by":"h","type":"hand_lowered","participant":"u1"}""" },
        { new(15, At, null, null, new NothingChanged()), """{"number":15,"at":1790000000000,"type":"nothing_changed"}""" },
        {
            new(16, At, "ann", new CommandId("s", 1), new MessagePosted("hé 👋 <b> \"q\"", 4)),
            """{"number":16,"at":1790000000000,"by":"ann","type":"message_posted","text":"hé 👋 <b> \"q\"","replyTo":4}"""
        },
        { new(17, At, "api:k", null, new MessageDeleted(4, [5, 6])), """{"number":17,"at":1790000000000,"by":"api:k","type":"message_deleted","message":4}""" },
        {
            new(18, At, "u1", null, new ParticipantJoined("u1", "Uma", Role.Host, Kind.Phone, "ses", "con", "gw")),
            """{"number":18,"at":1790000000000,"type":"participant_joined","participant":"u1","name":"Uma","role":"host","kind":"phone"}"""
        },
    };

    [Theory]
    [MemberData(nameof(Golden), DisableDiscoveryEnumeration = true)]
    public void An_event_is_published_as_this_text(Recorded recorded, string golden) => Published(recorded).ShouldBe(golden);

    [Fact]
    public void Every_event_publishes_exactly_its_published_fields()
    {
        foreach (var type in JsonFormTests.DerivedFrom(typeof(Event)))
        {
            var @event = (Event)Samples.Full.Of(type);
            var json = JsonNode.Parse(Published(new Recorded(7, At, "somebody", null, @event)))!.AsObject();
            var stored = JsonNode.Parse(JsonSerializer.Serialize(@event, ContractsJson.Default.Event))!.AsObject();
            foreach (var hidden in type.GetProperties().Where(property => property.IsDefined(typeof(UnpublishedAttribute))))
                stored.Remove(JsonNamingPolicy.CamelCase.ConvertName(hidden.Name)).ShouldBeTrue($"{type.Name}.{hidden.Name}");
            json.Remove("number").ShouldBeTrue();
            json.Remove("at").ShouldBeTrue();
            json.Remove("by").ShouldBeTrue();
            JsonNode.DeepEquals(json, stored).ShouldBeTrue($"{json.ToJsonString()} is not {stored.ToJsonString()}");
        }
    }

    [Fact]
    public void A_published_event_without_hidden_fields_reads_back_as_itself()
    {
        var types = JsonFormTests.DerivedFrom(typeof(Event))
            .Where(type => !type.GetProperties().Any(property => property.IsDefined(typeof(UnpublishedAttribute)))).ToList();
        types.Count.ShouldBeGreaterThan(20);
        foreach (var type in types)
        {
            var @event = (Event)Samples.Full.Of(type);
            var read = JsonSerializer.Deserialize(Published(new Recorded(7, At, "u1", null, @event)), ContractsJson.Default.Event);
            Described.Of(read).ShouldBe(Described.Of(@event));
        }
    }

    [Fact]
    public void Events_are_written_one_after_another_into_the_same_array()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            // The second is larger than what a thread keeps as scratch, so the third starts anew.
            PublishedJson.Write(json, new Recorded(1, At, "u", null, new MessagePosted("a")));
            PublishedJson.Write(json, new Recorded(2, At, "u", null, new MessagePosted(new string('b', Limits.MessageBytes * 5))));
            PublishedJson.Write(json, new Recorded(3, At, "u", null, new MessagePosted("c")));
            json.WriteEndArray();
        }
        JsonNode.Parse(buffer.WrittenSpan)!.AsArray().Select(item => (long)item!["number"]!).ShouldBe([1, 2, 3]);
    }

    private static string Published(Recorded recorded)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) PublishedJson.Write(json, recorded);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
