using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings.Tests;

[Flags]
internal enum Who
{
    None = 0,
    Host = 1 << Role.Host,
    CoHost = 1 << Role.CoHost,
    Presenter = 1 << Role.Presenter,
    Participant = 1 << Role.Participant,
    Attendee = 1 << Role.Attendee,
    Backend = 1 << 8,
    Product = 1 << 9,

    Moderators = Host | CoHost,
    Speakers = Moderators | Presenter,
    Interactive = Speakers | Participant,
    People = Interactive | Attendee,
}

/// <param name="SelfSelect">Whether the round of rooms, if there is one, lets people choose.</param>
internal readonly record struct Scene(SpacePolicy Policy, bool SelfSelect = true);

/// <summary>Who may send a command, said once more and apart from the product's own table. Each command has at least one row.</summary>
/// <param name="Command">With arguments that are right in the walk's meeting.</param>
/// <param name="May">Whoever is not named is refused whatever the settings say.</param>
/// <param name="Setting">A setting that also has to allow it, to those not in <paramref name="Above"/>.</param>
/// <param name="Waiting">Those in the waiting room may.</param>
/// <param name="Also">Has to hold besides, for everybody.</param>
internal sealed record Row(
    Command Command, Who May, Func<SpacePolicy, bool>? Setting = null, Who Above = Who.None, bool Waiting = false, Func<Who, Scene, bool>? Also = null)
{
    public bool Allows(Who who, Scene scene) =>
        May.HasFlag(who) && (Setting is null || who == Who.Backend || Above.HasFlag(who) || Setting(scene.Policy)) && (Also is null || Also(who, scene));

    public override string ToString() => Command.ToString()!;
}

internal static class AuthorisationRows
{
    private const Who Moderation = Who.Moderators | Who.Backend;

    /// <summary>Whether two people may talk in private, chat being on.</summary>
    public static bool InPrivate(SpacePolicy policy, Who one, Who other) => policy.PrivateChat switch
    {
        PrivateChat.Nobody => false,
        PrivateChat.Moderators => ((one | other) & Who.Moderators) != Who.None,
        _ => true,
    };

    // The walk puts the number of a message of "par" in its place.
    private const long Message = 1;

    // There is none of this number: who may is told so.
    private const long Poll = 1;

    public static readonly ImmutableArray<Row> All =
    [
        new(new CreateMeeting("Title", MeetingSettings.Default), Who.Backend),
        new(new Join("new", "New", Role.Participant, Kind.Person, false, "new-session", "new-connection", "g1", MeetingRun.Start), Who.Product),
        new(new Disconnect([], LeaveReason.ConnectionLost), Who.Product),
        new(new Tick(), Who.Product),
        new(new ContinueMeeting("former", "Title", MeetingSettings.Default, new SeriesPosition("former", 2), [], [], []), Who.Product),
        new(new CarryGroups(0, []), Who.Product),
        new(new CarryLocks(0, [Ability.Chat], []), Who.Product),
        new(new CarryRemovals(0, []), Who.Product),
        new(new RecordContinued(), Who.Product),
        new(new RecordTally(Poll, [1, 0]), Who.Product),
        new(new RecordKeyDestroyed(Poll), Who.Product),

        new(new StartMeeting(), Moderation),
        new(new EndMeeting(), Who.Host | Who.Backend),
        new(new UpdateMeeting("Other"), Who.Host | Who.Backend),
        new(new CancelMeeting(Series: true), Who.Host | Who.Backend),
        // The walk's meeting is no series: who may is told so.
        new(new SkipOccurrence(MeetingRun.Start), Who.Host | Who.Backend),
        new(new MoveOccurrence(MeetingRun.Start, MeetingRun.Start), Who.Host | Who.Backend),
        new(new ChangeTags([]), Who.Host | Who.Backend),
        new(new ChangeSettings(new SettingsPatch()), Moderation),
        new(new ExtendMeeting(5), Moderation),
        new(new SetPasscode(), Moderation),
        new(new ChangeMetadata(), Moderation),
        new(new MessageWaiting("Soon"), Moderation),
        new(new LockMeeting(true), Moderation),
        new(new Leave(), Who.People, Waiting: true),

        new(new RemoveParticipant("target"), Moderation),
        new(new BanParticipant("target"), Moderation),
        new(new UnbanParticipant("target"), Moderation),
        new(new ChangeRole("target", Role.Presenter), Moderation),
        new(new ChangeRole("target", Role.Attendee), Moderation),
        new(new ChangeRole("target", Role.CoHost), Who.Host | Who.Backend),
        new(new ChangeRole("target", Role.Host), Who.Host | Who.Backend),
        new(new RenameParticipant("Other"), Who.People | Who.Backend, policy => policy.MayRename, Who.Moderators),
        new(new RenameParticipant("Other", "target"), Moderation),
        new(new SetAttributes(ImmutableDictionary<string, string?>.Empty, null), Who.People | Who.Backend),
        new(new SetAttributes(ImmutableDictionary<string, string?>.Empty, "target"), Moderation),
        new(new SetAttributes(ImmutableDictionary<string, string?>.Empty, "other-host"), Who.Host | Who.Backend),
        new(new SetAway(true), Who.People),
        new(new LockAbilities([Ability.Chat], true, ["target"]), Moderation),
        new(new LockAbilities([Ability.Chat], true, Except: ["target"]), Moderation),
        new(new LockAbilities([Ability.Chat], true, ["other-host"]), Who.Host | Who.Backend),
        new(new OpenDirect("target"), Who.Interactive, policy => policy.MayChat, Who.Moderators, Also: (who, scene) => InPrivate(scene.Policy, who, Who.Participant)),
        new(new OpenDirect("other-host"), Who.Interactive, policy => policy.MayChat, Who.Moderators, Also: (who, scene) => InPrivate(scene.Policy, who, Who.Host)),
        new(new AdmitParticipants(["waiter"]), Moderation),
        new(new AdmitAll(), Moderation),
        new(new DenyParticipant("waiter"), Moderation),
        new(new PutBack("target"), Moderation),
        // Upon a host.
        new(new RemoveParticipant("other-host"), Who.Host | Who.Backend),
        new(new BanParticipant("other-host"), Who.Host | Who.Backend),
        new(new ChangeRole("other-host", Role.Participant), Who.Host | Who.Backend),

        new(new CreateRooms(["Red"]), Moderation),
        new(new AssignRooms([]), Moderation),
        new(new AssignEvenly(), Moderation),
        new(new OpenRooms(), Moderation),
        new(new MoveParticipants([]), Moderation),
        new(new BroadcastToRooms("Hello"), Moderation),
        new(new CloseRooms(), Moderation),
        new(new AddRoom("Blue"), Moderation),
        new(new RenameRoom("r1-1", "Blue"), Moderation),
        // The last one is refused to everybody: see RoomChangesTests.
        new(new DeleteRoom("r1-2"), Moderation),
        new(new ExtendRooms(60), Moderation),
        new(new ShuffleRooms(), Moderation),
        new(new ChooseRoom(Ids.Main), Who.Interactive, Also: (who, scene) => scene.SelfSelect || Who.Moderators.HasFlag(who)),
        new(new RequestHelp(), Who.Interactive),
        new(new WithdrawHelp(), Who.Interactive),
        new(new AnswerHelp("target"), Moderation),

        new(new SetMedia(Microphone: true), Who.Interactive, policy => policy.MayUnmute, Who.Speakers),
        new(new SetMedia(Camera: true), Who.Interactive, policy => policy.MayUseCamera, Who.Speakers),
        new(new SetMedia(Share: true), Who.Interactive, policy => policy.MayShare, Who.Speakers),
        new(new SetMedia(Microphone: false, Camera: false, Share: false), Who.Interactive),
        new(new RaiseHand(), Who.People, policy => policy.MayRaiseHand, Who.Moderators),
        new(new LowerHand(), Who.People | Who.Backend),
        new(new LowerHand("target"), Moderation),
        new(new MuteParticipants(["target"]), Moderation),
        new(new MuteAll(), Moderation),
        new(new StopVideo(["target"]), Moderation),
        new(new StopVideo(Except: ["target"]), Moderation),
        new(new StopShare(["target"]), Moderation),
        new(new StopShare(Except: ["target"]), Moderation),
        new(new AskToUnmute(), Moderation),
        new(new NextSpeaker(), Moderation),
        new(new NextSpeaker("target"), Moderation),
        new(new LowerAllHands(), Moderation),

        new(new Spotlight(["target"]), Moderation),
        new(new StartTimer(60), Moderation),
        // Whoever may is told that there is none to extend.
        new(new ExtendTimer(0), Moderation),
        new(new StopTimer(), Moderation),
        new(new CreatePoll("Tea?", ["Yes", "No"]), Moderation),
        new(new StartPoll(Poll), Moderation),
        new(new Vote(Poll, [0]), Who.People),
        new(new ClosePoll(Poll), Moderation),
        new(new PublishPoll(Poll), Moderation),
        new(new DeletePoll(Poll), Moderation),

        new(new PostMessage("Hello"), Who.Interactive | Who.Backend, policy => policy.MayChat, Who.Moderators),
        new(new EditMessage(Message, "Other"), Who.Participant, policy => policy.MayChat),
        new(new DeleteMessage(Message), Who.Moderators | Who.Participant | Who.Backend),
        new(new React(Message, "+"), Who.Interactive | Who.Backend, policy => policy.MayChat && policy.MayReact, Who.Moderators),
        new(new PostMessage("Hello", Everyone: true), Who.Moderators | Who.Backend),
        new(new PinMessage(Message), Who.Moderators | Who.Backend),
        new(new UnpinMessage(Message), Who.Moderators | Who.Backend),
        new(new HoldThread(true), Who.Backend),
        new(new KeepMessages(30), Who.Backend),
        new(new ExpireMessage(Message), Who.Product),
        // A backend is refused as nobody's reader: see the refusal "not_joined".
        new(new MovePointers(Message, Message), Who.People | Who.Backend),
        // Of a channel; a meeting's thread refuses them to a backend as "invalid_argument".
        new(new CreateChannel("General"), Who.Backend),
        new(new AddMembers([]), Who.Backend),
        new(new RemoveMembers([]), Who.Backend),
        new(new ChangeChannel(), Who.Backend),
        new(new RecordRegistered(), Who.Product),
        new(new RecordInboxesTold(1), Who.Product),
        new(new RecordPointers([]), Who.Product),
        new(new RecordRedaction(Message), Who.Product),
    ];
}
