using System.Collections.Immutable;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>P10: bad input gets a refusal that names the field, changes nothing, and throws nothing.</summary>
public sealed class ArgumentTests
{
    private const string LoneSurrogate = "half \ud83d";
    private static readonly string LongId = new('x', Limits.IdLength + 1);
    private static readonly string LongName = new('x', Limits.NameLength + 1);

    private static readonly Join Good = new("ben", "Ben", Role.Participant, Kind.Person, false, "s", "c", "g", MeetingRun.Start);

    private static ImmutableDictionary<string, string> Map(string key, string? value) => ImmutableDictionary<string, string>.Empty.Add(key, value!);

    public static TheoryData<Command, Refusal, string> Bad => new()
    {
        { Good with { Participant = null! }, Refusal.InvalidArgument, "participant" },
        { Good with { Participant = "a/b" }, Refusal.InvalidArgument, "participant" },
        { Good with { Participant = LongId }, Refusal.InvalidArgument, "participant" },
        { Good with { Name = null! }, Refusal.InvalidArgument, "name" },
        { Good with { Name = "  " }, Refusal.InvalidArgument, "name" },
        { Good with { Name = LongName }, Refusal.TooLarge, "name" },
        { Good with { Name = "a\nb" }, Refusal.InvalidArgument, "name" },
        { Good with { Name = LoneSurrogate }, Refusal.InvalidArgument, "name" },
        { Good with { Role = (Role)77 }, Refusal.InvalidArgument, "role" },
        { Good with { Kind = (Kind)(-1) }, Refusal.InvalidArgument, "kind" },
        { Good with { Session = "" }, Refusal.InvalidArgument, "session" },
        { Good with { Connection = "ü" }, Refusal.InvalidArgument, "connection" },
        { Good with { Gateway = null! }, Refusal.InvalidArgument, "gateway" },
        { Good with { Attributes = Map("k", null) }, Refusal.InvalidArgument, "attributes.k" },
        { Good with { Attributes = Map("k", LoneSurrogate) }, Refusal.InvalidArgument, "attributes.k" },
        { Good with { Attributes = Map("", "v") }, Refusal.InvalidArgument, "attributes key" },
        { Good with { Attributes = Map("k", new string('ü', Limits.AttributesBytes / 2)) }, Refusal.TooLarge, "attributes" },
        { new Disconnect(default, LeaveReason.Left), Refusal.InvalidArgument, "connections" },
        { new Disconnect([], (LeaveReason)99), Refusal.InvalidArgument, "reason" },
        { new ChangeSettings(null!), Refusal.InvalidArgument, "settings" },
        { new ChangeSettings(new SettingsPatch(Capacity: 0)), Refusal.InvalidArgument, "settings.capacity" },
        { new ChangeSettings(new SettingsPatch(Capacity: Limits.ParticipantsPerMeeting + 1)), Refusal.InvalidArgument, "settings.capacity" },
        { new ChangeSettings(new SettingsPatch(WaitingRoom: (WaitingRoomPolicy)9)), Refusal.InvalidArgument, "settings.waitingRoom" },
        { new ChangeSettings(new SettingsPatch(Devices: (DevicePolicy)9)), Refusal.InvalidArgument, "settings.devices" },
        { new RemoveParticipant(null!), Refusal.InvalidArgument, "participant" },
        { new BanParticipant("../x"), Refusal.InvalidArgument, "participant" },
        { new UnbanParticipant(""), Refusal.InvalidArgument, "participant" },
        { new DenyParticipant(null!), Refusal.InvalidArgument, "participant" },
        { new PutBack(null!), Refusal.InvalidArgument, "participant" },
        { new ChangeRole("ann", (Role)5), Refusal.InvalidArgument, "role" },
        { new ChangeRole(null!, Role.Host), Refusal.InvalidArgument, "participant" },
        { new AdmitParticipants(default), Refusal.InvalidArgument, "participants" },
        { new AdmitParticipants(["a", null!]), Refusal.InvalidArgument, "participants[1]" },
        { new AdmitParticipants(["a", "a"]), Refusal.InvalidArgument, "participants[1]" },
        { new AdmitParticipants([.. Enumerable.Range(0, Limits.AdmittedPerEvent + 1).Select(i => $"p{i}")]), Refusal.TooLarge, "participants" },
        { new CreateRooms(default), Refusal.InvalidArgument, "names" },
        { new CreateRooms([]), Refusal.InvalidArgument, "names" },
        { new CreateRooms(["A", null!]), Refusal.InvalidArgument, "names[1]" },
        { new CreateRooms(["A", "\0"]), Refusal.InvalidArgument, "names[1]" },
        { new CreateRooms([.. Enumerable.Repeat("A", Limits.RoomsPerMeeting + 1)]), Refusal.TooLarge, "names" },
        { new AssignRooms(default), Refusal.InvalidArgument, "assignments" },
        { new AssignRooms([null!]), Refusal.InvalidArgument, "assignments[0]" },
        { new AssignRooms([new Assignment(null!, "r1-1")]), Refusal.InvalidArgument, "assignments[0].participant" },
        { new AssignRooms([new Assignment("a", null!)]), Refusal.UnknownRoom, "assignments[0]" },
        { new AssignRooms([new Assignment("a", "r1-1"), new Assignment("a", "r1-1")]), Refusal.InvalidArgument, "assignments[1].participant" },
        { new OpenRooms(0), Refusal.InvalidArgument, "seconds" },
        { new OpenRooms(int.MaxValue), Refusal.InvalidArgument, "seconds" },
        { new MoveParticipants(default), Refusal.InvalidArgument, "moves" },
        { new CloseRooms(-1), Refusal.InvalidArgument, "countdownSeconds" },
        { new CloseRooms(601), Refusal.InvalidArgument, "countdownSeconds" },
        { new AddRoom(null!), Refusal.InvalidArgument, "name" },
        { new AddRoom(LongName), Refusal.TooLarge, "name" },
        { new RenameRoom(null!, "B"), Refusal.InvalidArgument, "room" },
        { new RenameRoom("r1-1", "\n"), Refusal.InvalidArgument, "name" },
        { new DeleteRoom("r1/1"), Refusal.InvalidArgument, "room" },
        { new CreateRooms(["A"], [default]), Refusal.InvalidArgument, "groups[0]" },
        { new CreateRooms(["A"], [["a", null!]]), Refusal.InvalidArgument, "groups[0][1]" },
        { new CreateRooms(["A", "B"], [["a"], ["a"]]), Refusal.InvalidArgument, "groups[1]" },
        { new CreateRooms(["A"], [[], []]), Refusal.TooLarge, "groups" },
        { new AnswerHelp("a/b"), Refusal.InvalidArgument, "participant" },
        { new ExtendRooms(0), Refusal.InvalidArgument, "seconds" },
        { new ExtendRooms(int.MaxValue), Refusal.InvalidArgument, "seconds" },
        { new BroadcastToRooms(null!), Refusal.InvalidArgument, "text" },
        { new BroadcastToRooms("a\u0001b"), Refusal.InvalidArgument, "text" },
        { new BroadcastToRooms(LoneSurrogate), Refusal.InvalidArgument, "text" },
        { new BroadcastToRooms(new string('ü', (Limits.BroadcastBytes / 2) + 1)), Refusal.TooLarge, "text" },
        { new MuteParticipants(default), Refusal.InvalidArgument, "participants" },
        { new MuteAll([null!]), Refusal.InvalidArgument, "except[0]" },
        { new LowerHand(""), Refusal.InvalidArgument, "participant" },
        { new SetAttributes(null!, "ann"), Refusal.InvalidArgument, "attributes" },
        { new SetAttributes(Map("", "v")!, "ann"), Refusal.InvalidArgument, "attributes key" },
        { new SetAttributes(Map("k", LoneSurrogate)!, "ann"), Refusal.InvalidArgument, "attributes.k" },
        { new SetAttributes(Map("k", new string('x', Limits.AttributesBytes))!, "ann"), Refusal.TooLarge, "attributes" },
        { new SetAttributes(Map("k", "v")!), Refusal.InvalidArgument, "participant" },
        { new Spotlight(default), Refusal.InvalidArgument, "participants" },
        { new Spotlight(["ann", "ann"]), Refusal.InvalidArgument, "participants[1]" },
        { new StartTimer(0), Refusal.InvalidArgument, "seconds" },
        { new ExtendTimer(-1), Refusal.InvalidArgument, "seconds" },
        { new CreatePoll(null!, ["A", "B"]), Refusal.InvalidArgument, "question" },
        { new CreatePoll("Q", default), Refusal.InvalidArgument, "options" },
        { new CreatePoll("Q", ["A"]), Refusal.InvalidArgument, "options" },
        { new CreatePoll("Q", ["A", null!]), Refusal.InvalidArgument, "options[1]" },
        { new CreatePoll("Q", ["A", "A"]), Refusal.InvalidArgument, "options[1]" },
        { new CreateMeeting(null!, MeetingSettings.Default), Refusal.InvalidArgument, "title" },
        { new CreateMeeting("x", null!), Refusal.InvalidArgument, "settings" },
        { new CreateMeeting("x", new MeetingSettings(null!)), Refusal.InvalidArgument, "settings.policy" },
        { new CreateMeeting("x", MeetingSettings.Default, Map("k", new string('x', Limits.MetadataBytes))), Refusal.TooLarge, "metadata" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void P10_bad_input_is_refused_with_the_name_of_the_field(Command command, Refusal reason, string field)
    {
        var run = MeetingRun.With(("ann", Role.Host));
        run.As("ann", new CreateRooms(["A"]));
        var before = run.State;
        var sent = command is Join or Disconnect ? run.System(command) : run.Api(command);
        sent.ShouldBeRefused(reason);
        sent.Detail.ShouldNotBeNull().Split(':')[0].ShouldBe(field);
        run.State.ShouldBeSameAs(before);
    }

    [Fact]
    public void P10_bad_moves_are_refused_while_rooms_are_open()
    {
        var run = MeetingRun.With(("ann", Role.Host));
        run.As("ann", new CreateRooms(["A"]));
        run.As("ann", new OpenRooms());
        run.As("ann", new MoveParticipants([null!])).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("ann", new MoveParticipants([new Move("ann", null!)])).ShouldBeRefused(Refusal.UnknownRoom);
        run.As("ann", new MoveParticipants([new Move("no id", "r1-1")])).ShouldBeRefused(Refusal.InvalidArgument);
    }

    [Fact]
    public void Names_at_their_limit_and_characters_of_every_plane_are_right()
    {
        var run = MeetingRun.With(("ann", Role.Host));
        run.System(Good with { Name = new string('ü', Limits.NameLength), Attributes = Map("k", new string('ü', (Limits.AttributesBytes - 1) / 2)) }).ShouldBeAccepted();
        run.System(Good with { Participant = new string('x', Limits.IdLength), Name = "Zoë 👩‍🚀 李" }).ShouldBeAccepted();
    }

    [Fact]
    public void Every_command_of_meetings_and_spaces_has_its_row_in_the_table_of_rights()
    {
        var mine = typeof(Command).Assembly.GetTypes().Where(type => !type.IsAbstract
            && (type.IsSubclassOf(typeof(MeetingCommand)) || type.IsSubclassOf(typeof(SpaceCommand))));
        foreach (var type in mine)
            Authorisation.Knows((Command)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type)).ShouldBeTrue(type.Name);
        Authorisation.Knows(new PostMessage("hi")).ShouldBeFalse();
    }
}
