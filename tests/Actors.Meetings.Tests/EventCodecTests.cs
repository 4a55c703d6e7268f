using System.Text;
using System.Text.Json.Nodes;
using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

public class EventCodecTests
{
    private static readonly CommandId Ann1 = new("ann-session-1", 1);

    private static readonly Recorded[] Mixed =
    [
        new(7, Start, "ann", Ann1, new MessagePosted("héllo \"world\" 👋\n", 3, ["bob", "cho"])),
        new(8, Start, "ann", Ann1 with { Counter = 2 }, new MessageEdited(7, "<b>")),
        new(9, Start.AddMilliseconds(5), "bob", new CommandId("bob-session-1", 9), new MessagePosted("hi")),
        new(10, Start.AddMilliseconds(5), "ann", Ann1 with { Counter = 3 }, new NothingChanged()),
        new(11, Start.AddMilliseconds(9), null, null, new MessageRedacted(3)),
        new(12, Start.AddMilliseconds(9), "api:key", CommandId.OfKey("order/1"), new MessageDeleted(7, [8])),
        new(13, Start.AddMilliseconds(9), "api:key", null, new NothingChanged()),
    ];

    [Fact]
    public void The_stored_form_of_a_batch_is_this_text() => Stored(Mixed).ShouldBe(
        """[{"type":"message_posted","text":"héllo \"world\" 👋\n","replyTo":3,"mentions":["bob","cho"],"by":"ann","s":"ann-session-1","c":1},"""
        + """{"type":"message_edited","message":7,"text":"<b>","c":2},"""
        + """{"type":"message_posted","text":"hi","by":"bob","s":"bob-session-1","c":9,"d":5},"""
        + """{"type":"nothing_changed","w":1,"c":3},"""
        + """{"type":"message_redacted","message":3,"w":0,"d":4},"""
        + """{"type":"message_deleted","message":7,"edits":[8],"by":"api:key","s":"order/1","c":0},"""
        + """{"type":"nothing_changed","by":"api:key"}]""");

    [Fact]
    public void A_batch_is_read_as_it_was_written() =>
        Stored([.. Read(Stored(Mixed), 7, Mixed.Length)]).ShouldBe(Stored(Mixed));

    [Fact]
    public void Every_field_of_a_read_event_is_the_written_one()
    {
        var read = Read(Stored(Mixed), 7, Mixed.Length);
        read.Select(recorded => recorded with { Event = new NothingChanged() })
            .ShouldBe(Mixed.Select(recorded => recorded with { Event = new NothingChanged() }));
        var posted = read[0].Event.ShouldBeOfType<MessagePosted>();
        posted.Text.ShouldBe("héllo \"world\" 👋\n");
        posted.ReplyTo.ShouldBe(3);
        posted.Mentions!.Value.ShouldBe(["bob", "cho"]);
    }

    [Theory]
    [InlineData("a\u0001\"\\\u2028😀é<&>'/")]
    [InlineData("\uFEFF\u007F\n\t")]
    public void Every_text_survives(string text) =>
        ((MessagePosted)Read(Stored(new Recorded(1, Start, null, null, new MessagePosted(text))), 1, 1)[0].Event).Text.ShouldBe(text);

    [Fact]
    public void An_emoji_takes_its_four_bytes() => Encoding.UTF8.GetByteCount(Stored(new Recorded(1, Start, null, null, new MessagePosted("😀😀"))))
        .ShouldBe(Encoding.UTF8.GetByteCount(Stored(new Recorded(1, Start, null, null, new MessagePosted("")))) + 8);

    [Fact]
    public void A_message_of_100_characters_takes_less_than_a_quarter_of_a_write_unit_with_its_item()
    {
        // Ten senders in turn, thirty messages an item; 230 leaves a tenth of 256 bytes for keys, names and the item's other attributes.
        var batch = new BatchWriter(Start);
        for (var i = 0; i < 30; i++)
            batch.Add(new Recorded(i + 1, Start.AddMilliseconds(i), $"user-{i % 10:0000}", new CommandId($"session-{i % 10:0000}", 1_000 + i), new MessagePosted(new string('x', 100))));
        (batch.ByteCount / 30).ShouldBeLessThan(180);
        new BatchWriter(Start).With(new Recorded(1, Start, "user-0001", new CommandId("session-0001", 1_000), new MessagePosted(new string('x', 100))))
            .ByteCount.ShouldBeLessThan(230);
    }

    [Fact]
    public void The_byte_count_is_that_of_the_written_batch()
    {
        var batch = new BatchWriter(Start);
        batch.ByteCount.ShouldBe(batch.WrittenMemory.Length);
        foreach (var recorded in Mixed) batch.With(recorded).ByteCount.ShouldBe(batch.WrittenMemory.Length);
        batch.Count.ShouldBe(Mixed.Length);
    }

    [Fact]
    public void Times_that_would_not_survive_storage_are_rejected()
    {
        var batch = new BatchWriter(Start);
        Should.Throw<ArgumentException>(() => batch.Add(Mixed[0] with { At = Start.AddTicks(1) }));
        Should.Throw<ArgumentException>(() => batch.Add(Mixed[0] with { At = Start.AddMilliseconds(-1) }));
        Should.Throw<ArgumentException>(() => new BatchWriter(Start.ToOffset(TimeSpan.FromHours(1))));
        EventCodec.StoredTime(Start.AddTicks(9_999).ToOffset(TimeSpan.FromHours(1))).ShouldBe(Start);
    }

    [Theory]
    [InlineData("""[{"type":"message_vanished","message":1}]""")]
    [InlineData("""[{"format":2},{"type":"nothing_changed"}]""")]
    [InlineData("""{"type":"nothing_changed"}""")]
    [InlineData("""[{"text":"no type"}]""")]
    [InlineData("""[{"type":"message_posted"}]""")]
    [InlineData("""[{"type":"message_edited","message":"one","text":"x"}]""")]
    [InlineData("""[{"type":"nothing_changed","w":4}]""")]
    [InlineData("""[{"type":"nothing_changed","c":4}]""")]
    [InlineData("""[{"type":"nothing_changed"},{"type":"nothing_changed"}]""")]
    [InlineData("""[{"type":"nothing_changed"}""")]
    [InlineData("""[{"type":"nothing_changed"}] []""")]
    [InlineData("""[{"type":"nothing_changed"},7]""")]
    [InlineData("")]
    public void P10_what_this_version_does_not_know_is_never_guessed(string stored) =>
        Should.Throw<UnknownEventException>(() => Read(stored, 1, 1));

    // An invented history: messages once were "said" with a "body". Step one shipped this function, step two renamed what is written.
    private static readonly Upcasts SaidOnce = Upcasts.Current.With("said", stored =>
    {
        var body = stored["body"]!.GetValue<string>();
        stored.Remove("body");
        stored["type"] = "message_posted";
        stored["text"] = body;
        return stored;
    });

    [Fact]
    public void An_older_form_is_brought_to_todays_before_it_is_read()
    {
        var read = Read("""[{"type":"said","body":"old","by":"ann","s":"x","c":4},{"type":"message_posted","text":"new","c":5}]""", 3, 2, SaidOnce);
        read.Select(recorded => ((MessagePosted)recorded.Event).Text).ShouldBe(["old", "new"]);
        read.Select(recorded => (recorded.Number, recorded.By, recorded.Command!.Counter)).ShouldBe([(3, "ann", 4), (4, "ann", 5)]);
        Should.Throw<UnknownEventException>(() => Read("""[{"type":"said","body":"old"}]""", 3, 1));
    }

    [Fact]
    public void Upcasts_of_the_same_type_recognise_their_old_form_and_run_once()
    {
        var runs = 0;
        var upcasts = Upcasts.Current.With("lock_changed", stored =>
        {
            runs++;
            if (stored["locked"] is JsonValue value && value.TryGetValue<int>(out var number)) stored["locked"] = number != 0;
            return stored;
        });
        Read("""[{"type":"lock_changed","locked":1},{"type":"lock_changed","locked":false}]""", 1, 2, upcasts)
            .Select(recorded => recorded.Event).ShouldBe([new LockChanged(true), new LockChanged(false)]);
        runs.ShouldBe(2);
    }

    [Fact]
    public void Redaction_blanks_the_texts_and_keeps_every_other_byte()
    {
        var stored = Encoding.UTF8.GetBytes(Stored(Mixed));
        var redacted = Encoding.UTF8.GetString(EventCodec.Redact(stored, 7, [7, 8, 11, 400]).Span);
        redacted.ShouldBe(Stored(Mixed)
            .Replace("héllo \\\"world\\\" 👋\\n", "", StringComparison.Ordinal).Replace("<b>", "", StringComparison.Ordinal));
        EventCodec.Redact(Encoding.UTF8.GetBytes(redacted), 7, [7, 8]).ToArray().ShouldBe(Encoding.UTF8.GetBytes(redacted));
        EventCodec.Redact(stored, 7, [9_999]).ToArray().ShouldBe(stored);
    }

    [Fact]
    public void Redaction_leaves_events_alone_that_this_version_does_not_know()
    {
        var stored = """[{"type":"message_vanished","text":"kept"},{"type":"message_posted","text":"gone"}]""";
        Encoding.UTF8.GetString(EventCodec.Redact(Encoding.UTF8.GetBytes(stored), 1, [1, 2]).Span)
            .ShouldBe("""[{"type":"message_vanished","text":"kept"},{"type":"message_posted","text":""}]""");
    }
}

internal static class BatchWriterExtensions
{
    public static BatchWriter With(this BatchWriter batch, Recorded recorded)
    {
        batch.Add(recorded);
        return batch;
    }
}
