using Actors.Contracts;

namespace Actors.Meetings.Tests;

/// <summary>Random commands about breakout rooms beyond those of <see cref="RandomMeeting"/>.</summary>
internal static class RandomRooms
{
    /// <summary>Steps that this makes commands of.</summary>
    public const int Ops = 26;

    /// <param name="run">The meeting so far.</param>
    /// <param name="op">0 to <see cref="Ops"/> - 1.</param>
    /// <param name="step">What else is random.</param>
    public static Command Wanted(MeetingRun run, int op, Step step)
    {
        var rooms = run.State.Rooms.List;
        // Sometimes one that never was, or is no more.
        var room = rooms.IsEmpty || step.C % 9 == 0 ? Ids.Room(1, 1 + (step.B % 5)) : rooms[step.C % rooms.Length].Id;
        var asking = run.State.Participants.Values.Where(one => one.Help is not null).Select(one => one.Id).Order(StringComparer.Ordinal).FirstOrDefault();
        // What is only possible for a moment would hardly ever happen by chance.
        if (asking is not null && step.B % 2 == 0) return new AnswerHelp(asking);
        return op switch
        {
            < 4 => new AddRoom($"Added {step.B % 3}"),
            < 6 => new RenameRoom(room, $"Room {step.B % 3}"),
            < 8 => new DeleteRoom(room),
            < 10 => new ExtendRooms(1 + (step.B % 50)),
            < 15 => new ChooseRoom(step.B % 3 == 0 ? Ids.Main : room),
            < 18 => new ShuffleRooms(step.B % 2 == 0 ? null : step.B),
            < 19 => new AssignEvenly(Random: true),
            < 23 => new RequestHelp(),
            < 24 => new WithdrawHelp(),
            < 25 => new AnswerHelp("nobody"),
            _ => new CreateRooms(["Red", "Blue"], [["ann", "hal"], ["ben"]], SelfSelect: step.B % 3 != 0 ? true : null),
        };
    }
}
