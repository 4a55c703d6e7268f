using System.Text.Json;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class CommandMemoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void P3_two_people_whose_clients_chose_the_same_session_name_do_not_get_each_others_answers()
    {
        var memory = CommandMemory.Empty.Record("ann", new CommandId("laptop", 1), 7, Start);
        memory.Find("ann", new CommandId("laptop", 1), out var first, out _).ShouldBe(Remembered.Yes);
        first.ShouldBe(7);
        memory.Find("bob", new CommandId("laptop", 1), out _, out _).ShouldBe(Remembered.No);
        memory.Find("api:1", CommandId.OfKey("laptop"), out _, out _).ShouldBe(Remembered.No);
    }

    [Fact]
    public void P3_a_session_remembers_its_last_answers_and_calls_older_ones_stale()
    {
        var memory = CommandMemory.Empty;
        for (var i = 1; i <= Limits.RememberedAnswers + 1; i++) memory = memory.Record("ann", new CommandId("s", i), i, Start);
        memory.Find("ann", new CommandId("s", 1), out _, out _).ShouldBe(Remembered.Stale);
        memory.Find("ann", new CommandId("s", 2), out var first, out var last).ShouldBe(Remembered.Yes);
        (first, last).ShouldBe((2, 2));
        memory.Find("ann", new CommandId("s", Limits.RememberedAnswers + 2), out _, out _).ShouldBe(Remembered.No);
    }

    [Fact]
    public void A_command_of_several_events_is_remembered_from_its_first_to_its_last()
    {
        var id = new CommandId("s", 1);
        var memory = CommandMemory.Empty.Record("ann", id, 4, Start).Record("ann", id, 5, Start);
        memory.Find("ann", id, out var first, out var last).ShouldBe(Remembered.Yes);
        (first, last).ShouldBe((4, 5));
    }

    [Fact]
    public void P8_keys_are_remembered_for_ten_minutes_refused_when_full_and_forgotten_after_two_generations()
    {
        var memory = CommandMemory.Empty;
        for (var i = 0; i < Limits.RememberedKeys; i++) memory = memory.Record("api:1", CommandId.OfKey($"key-{i}"), i + 1, Start);
        memory.Find("api:1", CommandId.OfKey("another"), out _, out _).ShouldBe(Remembered.Full);
        var later = memory.Record(null, null, 9_000, Start + Limits.AnswerMemory);
        later.Find("api:1", CommandId.OfKey("key-0"), out _, out _).ShouldBe(Remembered.Yes);
        later.Find("api:1", CommandId.OfKey("another"), out _, out _).ShouldBe(Remembered.No);
        var gone = later.Record(null, null, 9_001, Start + (2 * Limits.AnswerMemory));
        gone.Find("api:1", CommandId.OfKey("key-0"), out _, out _).ShouldBe(Remembered.No);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var memory = CommandMemory.Empty.Record("ann", new CommandId("s", 3), 9, Start).Record("api:1", CommandId.OfKey("k"), 10, Start);
        var text = Text(memory);
        using var parsed = JsonDocument.Parse(text);
        Text(CommandMemory.Read(parsed.RootElement)).ShouldBe(text);
    }

    private static string Text(CommandMemory memory)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) memory.Write(json);
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
