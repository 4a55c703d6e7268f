using Actors.Load.Checking;
using Actors.Load.Client;
using Shouldly;
using Xunit;

namespace Actors.Load.Tests;

/// <summary>The judge accepts a run in which all went right, and rejects every kind of doctored one for the right reason.</summary>
public sealed class CheckerTests
{
    private static readonly (long Number, string Text) Deleted = (3, MessageRules.Deleted);

    [Fact]
    public void A_clean_run_is_accepted()
    {
        var verdict = Checker.Judge([CleanRun.Create()]);

        verdict.Findings.ShouldBeEmpty();
        verdict.IsClean.ShouldBeTrue();
        verdict.Acked.ShouldBe(8);
        verdict.Unknown.ShouldBe(3);
    }

    [Fact]
    public void P1_an_acknowledged_command_that_is_not_in_the_log_is_lost() =>
        JudgeWithLog("meeting", log => log.RemoveAt(log.Count - 1), (run, _) => run with
        {
            Commands = [.. run.Commands, Acknowledged("ann", 8, Command.LowerHand(), "meeting", 9, 9)],
        }).Lost.ShouldBeGreaterThan(0);

    [Fact]
    public void P1_an_acknowledged_command_whose_numbers_hold_something_else_is_lost() =>
        Judge(run => run with { Commands = [.. run.Commands, Acknowledged("host", 9, Command.RaiseHand(), "meeting", 9, 9)] }).Lost.ShouldBe(1);

    [Fact]
    public void P1_an_acknowledged_text_that_reads_differently_is_lost() =>
        JudgeWithEvent("thread/main", 2, """{"number":2,"at":102,"by":"ann","type":"message_posted","text":"other"}""").Lost.ShouldBeGreaterThan(0);

    [Fact]
    public void P1_an_erased_text_that_nobody_deleted_is_lost() =>
        JudgeWithEvent("thread/main", 5, """{"number":5,"at":105,"by":"ann","type":"message_deleted","message":2}""").Lost.ShouldBeGreaterThan(0);

    [Fact]
    public void P1_an_event_that_was_shown_and_is_not_in_the_log_is_lost() =>
        JudgeWithLog("meeting", log => log.RemoveAt(log.Count - 1), (run, _) => run with { Seats = [.. run.Seats, new Seat("bob", "main")] })
            .Lost.ShouldBeGreaterThan(0);

    [Fact]
    public void P1_an_event_that_was_shown_as_another_is_lost() =>
        JudgeWithEvent("meeting", 5, """{"number":5,"at":103,"type":"hand_lowered","participant":"ann"}""").Lost.ShouldBeGreaterThan(0);

    [Fact]
    public void P4_a_log_that_leaves_out_a_number_has_a_gap() => JudgeWithLog("thread/main", log => log.RemoveAt(5)).Gaps.ShouldBeGreaterThan(0);

    [Fact]
    public void P4_a_log_in_the_wrong_order_is_rejected() =>
        JudgeWithLog("meeting", log => (log[2], log[4]) = (log[4], log[2])).IsClean.ShouldBeFalse();

    [Fact]
    public void P12_a_log_whose_time_runs_backwards_is_rejected() =>
        JudgeWithEvent("meeting", 9, """{"number":9,"at":99,"type":"participant_left","participant":"bob","reason":"gateway_lost"}""").Gaps.ShouldBeGreaterThan(0);

    [Fact]
    public void P4_a_client_that_missed_a_frame_has_a_gap() => JudgeWithDeliveries(d => d.RemoveAt(2)).Gaps.ShouldBeGreaterThan(0);

    [Fact]
    public void P4_a_client_that_got_a_frame_twice_has_a_duplicate() => JudgeWithDeliveries(d => d.Insert(3, d[2])).Duplicates.ShouldBe(1);

    [Fact]
    public void P4_a_client_that_got_frames_in_the_wrong_order_is_noticed() => JudgeWithDeliveries(d => (d[2], d[3]) = (d[3], d[2])).Gaps.ShouldBeGreaterThan(0);

    [Fact]
    public void P4_a_frame_that_hides_a_chat_message_has_a_gap() =>
        JudgeWithDeliveries(d => d[5] = new Events(CleanRun.Frame("thread/main", 2, 4, new(2, 102, "message_posted"), new(4, 104, "message_edited"))))
            .Gaps.ShouldBe(1);

    [Fact]
    public void P3_a_command_acknowledged_twice_with_different_numbers_is_a_duplicate() => Judge(run => run with
    {
        Commands = [.. run.Commands.Skip(1), run.Commands[0] with { Answers = [new Answer(true, "meeting", 5, 5), new Answer(true, "meeting", 9, 9)] }],
    }).Duplicates.ShouldBe(1);

    [Fact]
    public void P3_a_command_executed_twice_is_a_duplicate() => JudgeWithLog(
        "thread/main",
        log => log.Add(CleanRun.Event("""{"number":8,"at":110,"by":"ann","type":"message_posted","text":"one"}""")),
        (run, _) => run with { Messages = Pages("main", (2, "one, edited"), Deleted, (8, "one")) }).Duplicates.ShouldBe(1);

    [Fact]
    public void P3_an_unknown_command_explains_one_execution_and_not_two() => JudgeWithLog(
        "thread/main",
        log => log.Add(CleanRun.Event("""{"number":8,"at":110,"by":"ann","type":"reaction_changed","message":2,"reaction":"+","on":true}""")))
        .IsClean.ShouldBeFalse();

    [Fact]
    public void P3_one_event_acknowledged_to_two_commands_is_a_duplicate() =>
        Judge(run => run with { Commands = [.. run.Commands, Acknowledged("ann", 8, Command.RaiseHand(), "meeting", 5, 5)] }).Duplicates.ShouldBe(1);

    [Fact]
    public void P10_a_refused_command_that_is_in_the_log_is_rejected() => JudgeWithLog(
        "thread/main",
        log => log.Add(CleanRun.Event("""{"number":8,"at":110,"by":"bob","type":"message_edited","message":2,"text":"not his"}""")),
        (run, _) => run with { Messages = Pages("main", (2, "not his"), Deleted) }).Lost.ShouldBe(1);

    [Fact]
    public void P5_somebody_in_the_view_without_a_client_is_a_ghost() =>
        Judge(run => run with { Seats = [.. run.Seats, new Seat("bob", "main")] }).Ghosts.ShouldBe(1);

    [Fact]
    public void P5_a_connected_client_that_is_not_in_the_view_is_counted() => Judge(run => run with { Seats = [run.Seats[1]] }).Ghosts.ShouldBe(1);

    [Fact]
    public void P7_a_client_that_was_told_another_place_is_misplaced() =>
        Judge(run => run with { Clients = [run.Clients[0], run.Clients[1] with { Place = "main" }, run.Clients[2]] }).Misplaced.ShouldBe(1);

    [Fact]
    public void P7_somebody_in_two_places_is_misplaced() => Judge(run => run with { Seats = [.. run.Seats, new Seat("ann", "main")] }).Misplaced.ShouldBe(1);

    [Fact]
    public void P7_somebody_in_two_rooms_is_misplaced() => Judge(run => run with
    {
        Rooms = new Dictionary<string, IReadOnlyList<string>> { [CleanRun.Room] = ["ann"], ["r1-2"] = ["ann"] },
    }).Misplaced.ShouldBe(1);

    [Fact]
    public void P7_somebody_missing_in_their_room_is_misplaced() => Judge(run => run with
    {
        Rooms = new Dictionary<string, IReadOnlyList<string>> { [CleanRun.Room] = [] },
    }).Misplaced.ShouldBe(1);

    [Fact]
    public void P7_somebody_in_a_room_that_is_not_open_is_misplaced() =>
        Judge(run => run with { Rooms = new Dictionary<string, IReadOnlyList<string>>() }).Misplaced.ShouldBe(1);

    [Fact]
    public void P7_a_view_that_contradicts_the_log_is_misplaced() =>
        JudgeWithEvent("meeting", 8, """{"number":8,"at":105,"by":"host","type":"participants_moved","moves":[]}""").Misplaced.ShouldBe(1);

    [Fact]
    public void P9_a_view_with_less_than_its_reader_had_seen_acknowledged_is_stale() =>
        Judge(run => run with { Reads = [new ReadRecord("ann", "meeting", 5, 5), new ReadRecord("ann", "meeting", 8, 7)] }).Stale.ShouldBe(1);

    [Fact]
    public void P9_a_view_with_more_is_not() =>
        Judge(run => run with { Reads = [new ReadRecord("ann", "meeting", 5, 9)] }).IsClean.ShouldBeTrue();

    [Fact]
    public void P9_a_snapshot_behind_what_its_client_had_acknowledged_is_stale() =>
        JudgeWithDeliveries(d => d.InsertRange(d.Count, [new Acknowledged("room/r1-1", 2), new Snapshot("room/r1-1", 1)])).Stale.ShouldBe(1);

    [Fact]
    public void P9_a_snapshot_at_what_its_client_had_acknowledged_is_not() =>
        JudgeWithDeliveries(d => d.InsertRange(d.Count, [new Acknowledged("room/r1-1", 2), new Snapshot("room/r1-1", 2)])).IsClean.ShouldBeTrue();

    [Fact]
    public void A_history_page_that_leaves_out_a_message_is_rejected() => Judge(run => run with { Messages = Pages("main", Deleted) }).Lost.ShouldBe(1);

    [Fact]
    public void A_history_page_that_leaves_out_that_a_message_was_deleted_is_rejected() =>
        Judge(run => run with { Messages = Pages("main", (2, "one, edited")) }).Lost.ShouldBe(1);

    [Fact]
    public void A_history_page_that_still_shows_a_deleted_message_is_rejected() =>
        Judge(run => run with { Messages = Pages("main", (2, "one, edited"), (3, "two")) }).Lost.ShouldBe(1);

    private static Verdict Judge(Func<MeetingHistory, MeetingHistory> doctor) => Checker.Judge([doctor(CleanRun.Create())]);

    private static Verdict JudgeWithLog(
        string stream, Action<List<LogEvent>> doctor, Func<MeetingHistory, List<LogEvent>, MeetingHistory>? further = null) => Judge(run =>
    {
        var log = run.Logs[stream].ToList();
        doctor(log);
        var doctored = run with { Logs = run.Logs.ToDictionary(l => l.Key, l => l.Key == stream ? log : l.Value) };
        return further?.Invoke(doctored, log) ?? doctored;
    });

    private static Verdict JudgeWithEvent(string stream, int number, string json) => JudgeWithLog(stream, log => log[number - 1] = CleanRun.Event(json));

    /// <summary>Doctors what the host was told.</summary>
    private static Verdict JudgeWithDeliveries(Action<List<Delivery>> doctor) => Judge(run =>
    {
        var deliveries = run.Clients[0].Deliveries.ToList();
        doctor(deliveries);
        return run with { Clients = [run.Clients[0] with { Deliveries = deliveries }, .. run.Clients.Skip(1)] };
    });

    private static CommandRecord Acknowledged(string participant, long id, Command command, string stream, long from, long to) =>
        new(participant, command with { Id = id }, [new Answer(true, stream, from, to)], 1);

    private static Dictionary<string, IReadOnlyDictionary<long, string>> Pages(string thread, params (long Number, string Text)[] messages) =>
        new() { [thread] = messages.ToDictionary(m => m.Number, m => m.Text) };
}
