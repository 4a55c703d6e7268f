using System.Text;
using Actors.Load.Client;
using Shouldly;
using Xunit;

namespace Actors.Load.Tests;

/// <summary>Reading messages of the server, in whatever order their fields come.</summary>
public sealed class FrameCacheTests
{
    private const string Text = """
        {"type":"events","stream":"thread/main","from":5,"to":8,"events":[
        {"number":5,"at":1790000000000,"by":"ann","type":"message_posted","text":"t=123456 xxx","mentions":["bob"]},
        {"number":8,"at":1790000000001,"type":"participants_moved","moves":[{"participant":"a","place":"main"}]}]}
        """;

    [Fact]
    public void An_events_message_is_read_with_its_times_and_types()
    {
        var frame = FrameCache.Parse(Encoding.UTF8.GetBytes(Text));

        (frame.Stream, frame.From, frame.To).ShouldBe(("thread/main", 5, 8));
        frame.Events.ShouldBe([new(5, 1790000000000, "message_posted", 123456), new(8, 1790000000001, "participants_moved")]);
    }

    [Fact]
    public void The_same_bytes_are_parsed_once_and_others_again()
    {
        var cache = new FrameCache();
        var first = cache.Read(Encoding.UTF8.GetBytes(Text));

        cache.Read(Encoding.UTF8.GetBytes(Text)).ShouldBeSameAs(first);
        cache.Read(Encoding.UTF8.GetBytes(Text.Replace("\"number\":8", "\"number\":7"))).Events[1].Number.ShouldBe(7);
    }

    [Fact]
    public void A_measured_text_has_its_length_and_gives_its_time_back()
    {
        var text = TimedText.Write(987654321, 100);

        text.Length.ShouldBe(100);
        TimedText.TryRead(Encoding.UTF8.GetBytes(text), out var sentAt).ShouldBeTrue();
        sentAt.ShouldBe(987654321);
        TimedText.TryRead("hello"u8, out _).ShouldBeFalse();
    }

    [Fact]
    public void An_answer_is_read_in_any_order_of_fields()
    {
        var answer = ServerMessage.Read("""{"to":9,"extra":{"type":"x"},"from":8,"stream":"meeting","id":17,"repeat":true,"type":"accepted"}"""u8);

        (answer.Type, answer.Stream, answer.Id, answer.From, answer.To, answer.Repeat).ShouldBe(("accepted", "meeting", 17, 8, 9, true));
    }
}
