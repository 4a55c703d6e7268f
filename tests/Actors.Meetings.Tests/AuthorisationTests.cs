using System.Collections.Immutable;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>Walks command x role x place x settings completely: whoever a row does not name is refused, and nobody whom it names.</summary>
public sealed class AuthorisationTests
{
    private static readonly ImmutableArray<(string Id, Who Who)> Callers =
    [
        ("host", Who.Host), ("co", Who.CoHost), ("pre", Who.Presenter), ("par", Who.Participant), ("eye", Who.Attendee), ("api", Who.Backend), ("product", Who.Product),
    ];

    // What null is, everyone, is said by null and by its name in the walk of direct threads.
    private static readonly ImmutableArray<PrivateChat?> Private = [null, PrivateChat.Moderators, PrivateChat.Nobody];

    // Every way to set what people may do, but for private chat, which nothing looks at but direct threads and their opening.
    private static IEnumerable<SpacePolicy> Policies =>
        from unmute in Both
        from camera in Both
        from share in Both
        from chat in Both
        from hand in Both
        from react in Both
        from rename in Both
        select new SpacePolicy(false, unmute, camera, share, chat, hand, react, rename);

    private static bool[] Both => [true, false];

    private static readonly ImmutableArray<Row> OfThreads = [.. AuthorisationRows.All.Where(row =>
        row.Command is ThreadCommand or CreateChannel or ExpireMessage or RecordPointers or RecordRedaction or RecordRegistered or RecordInboxesTold)];

    [Fact]
    public void Every_command_has_its_row()
    {
        var commands = typeof(Command).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Command)) && !type.IsAbstract);
        AuthorisationRows.All.Select(row => row.Command.GetType()).Distinct().ShouldBe(commands, ignoreOrder: true, "A command needs a row that says who may send it.");
    }

    [Fact]
    public void In_the_main_room() => Walk(room: false);

    [Fact]
    public void In_a_breakout_room() => Walk(room: true);

    [Fact]
    public void In_a_thread()
    {
        foreach (var policy in Policies)
        {
            var thread = ThreadSample.Thread(policy);
            thread = thread.Follow(new RosterChanged(20, [.. Callers.Where(one => one.Who <= Who.Attendee).Select(one => new Member(one.Id, one.Id, RoleOf(one.Who)))], []));
            thread = thread.Say("par", new MessagePosted("hello"));
            foreach (var row in OfThreads)
                foreach (var (id, who) in Callers)
                {
                    var command = Renumbered(row.Command, thread.LastMessage);
                    var facts = ChatThread.Concerns(thread, command) is { } message ? ThreadSample.Facts(message, "par") : null;
                    var outcome = thread.Decide(who == Who.Product ? "system" : id, command, facts);
                    Judge(row.Allows(who, new Scene(policy)), row, who, outcome, "thread");
                }
        }
        _wrong.ShouldBeEmpty();
    }

    [Fact]
    public void In_the_waiting_rooms_thread()
    {
        foreach (var policy in Policies)
            foreach (var setting in Both)
            {
                var thread = InWaitingRoom(MeetingSettings.Default with { Policy = policy, WaitingMayChat = setting, WaitingRoom = WaitingRoomPolicy.Guests }).Say("par", new MessagePosted("hello"));
                var effective = policy with { MayChat = policy.MayChat && setting };
                foreach (var row in AuthorisationRows.All.Where(row => row.Command is ThreadCommand))
                {
                    var command = Renumbered(row.Command, thread.LastMessage);
                    var facts = ChatThread.Concerns(thread, command) is { } message ? ThreadSample.Facts(message, "par") : null;
                    foreach (var (id, who) in Callers.Where(one => one.Who != Who.Product))
                        Judge(row.Allows(who, new Scene(effective)), row, who, thread.Decide(id, command, facts), "the waiting room's thread");
                    // Who was let in and may not admit.
                    foreach (var role in new[] { Role.Presenter, Role.Participant, Role.Attendee })
                        thread.Decide("in-" + role, command, facts).Reason.ShouldBe(Refusal.NotJoined, $"{role} inside: {row}");
                }
            }
        _wrong.ShouldBeEmpty();
    }

    // Moderators and others are in; presenter, participant and attendee wait.
    private static ThreadState InWaitingRoom(MeetingSettings settings)
    {
        var run = MeetingRun.With(settings, ("host", Role.Host), ("co", Role.CoHost));
        foreach (var role in new[] { Role.Presenter, Role.Participant, Role.Attendee }) run.Join("in-" + role, role).ShouldBeAccepted();
        foreach (var (id, role) in new[] { ("pre", Role.Presenter), ("par", Role.Participant), ("eye", Role.Attendee) }) run.Join(id, role, guest: true).ShouldBeAccepted();
        var applied = ChatThread.Apply(ThreadState.Empty, Rosters.Update(run.State, Ids.Waiting, thread: true, 0, null)!)!.Value;
        return ThreadState.Empty.Follow([.. applied.Events]);
    }

    [Fact]
    public void In_a_channel()
    {
        foreach (var posting in Enum.GetValues<Posting>())
            foreach (var closed in Both)
            {
                var channel = ThreadState.Empty
                    .Follow(new ChannelCreated("General", posting), new MembersAdded([new ChannelMember("co", true), new ChannelMember("par"), new ChannelMember("gone")]), new MembersRemoved(["gone"]))
                    .Say("par", new MessagePosted("hello"));
                if (closed) channel = channel.Follow(new ChannelChanged(Closed: true));
                // Its moderators stand where co-hosts do, its members where participants do, and its posting right is a policy.
                var scene = new Scene(new SpacePolicy(MayChat: posting == Posting.Everyone));
                foreach (var row in OfThreads)
                {
                    var (command, facts) = Of(channel, row);
                    foreach (var (id, who) in Callers.Where(one => one.Id is "co" or "par" or "api" or "product"))
                    {
                        var outcome = channel.Decide(who == Who.Product ? "system" : id, command, facts);
                        Judge(row.Allows(who, scene) && (!closed || who is Who.Backend or Who.Product || !Writes(command)), row, who, outcome, $"channel, {posting}, closed {closed}");
                    }
                    // Who was never a member, and who is none any more.
                    foreach (var id in new[] { "stranger", "gone" })
                        channel.Decide(id, command, facts).Reason.ShouldBe(command is ThreadCommand ? Refusal.NotJoined : Refusal.NotAllowed, $"{id}: {row}");
                }
            }
        _wrong.ShouldBeEmpty();
    }

    [Fact]
    public void In_a_direct_thread()
    {
        foreach (var scene in
            from chat in Both
            from react in Both
            from setting in Private.Add(PrivateChat.Everyone)
            from closed in Both
            from author in Enum.GetValues<Role>()
            from other in Enum.GetValues<Role>()
            select (Policy: new SpacePolicy(MayChat: chat, MayReact: react, PrivateChat: setting), Closed: closed, Author: author, Other: other))
        {
            var told = ThreadSample.Full(10, scene.Policy, scene.Closed, ("author", scene.Author), ("other", scene.Other)) with { Direct = ["author", "other"] };
            var thread = ThreadState.Empty.Follow([.. ChatThread.Apply(ThreadState.Empty, told)!.Value.Events]).Say("author", new MessagePosted("hello"));
            foreach (var row in OfThreads)
            {
                var (command, facts) = Of(thread, row);
                foreach (var (id, own, opposite) in new[] { ("author", scene.Author, scene.Other), ("other", scene.Other, scene.Author) })
                    Judge(
                        InDirect(command, id == "author", WhoIs(own), scene.Policy, !scene.Closed && AuthorisationRows.InPrivate(scene.Policy, WhoIs(own), WhoIs(opposite))),
                        row, WhoIs(own), thread.Decide(id, command, facts), $"direct thread as {id}, {scene}");
                Judge(row.Allows(Who.Backend, new Scene(scene.Policy)), row, Who.Backend, thread.Decide("api", command, facts), $"direct thread, {scene}");
                Judge(row.Allows(Who.Product, new Scene(scene.Policy)), row, Who.Product, thread.Decide("system", command, facts), $"direct thread, {scene}");
                // Whoever they are in the meeting.
                thread.Decide("host", command, facts).Reason.ShouldBe(command is ThreadCommand ? Refusal.NotJoined : Refusal.NotAllowed, $"a host who is neither of the two: {row}");
            }
        }
        _wrong.ShouldBeEmpty();
    }

    [Fact]
    public void From_outside_a_room_in_its_thread()
    {
        foreach (var policy in Policies)
        {
            var thread = ThreadSample.Thread(policy).Follow(new RosterChanged(20, [.. Callers.Where(one => one.Who <= Who.Attendee).Select(one => new Member("was-" + one.Id, one.Id, RoleOf(one.Who)))], []));
            thread = thread.Say("ann", new MessagePosted("hello")).Follow(new RosterChanged(21, [], [.. Callers.Where(one => one.Who <= Who.Attendee).Select(one => "was-" + one.Id)]));
            foreach (var row in AuthorisationRows.All.Where(row => row.Command is ThreadCommand))
                foreach (var (id, who) in Callers.Where(one => one.Who <= Who.Attendee))
                {
                    var command = Renumbered(row.Command, thread.LastMessage);
                    var facts = ChatThread.Concerns(thread, command) is { } message ? ThreadSample.Facts(message, "ann") : null;
                    var moderates = who is Who.Host or Who.CoHost;
                    foreach (var (asker, wasIn) in new[] { ("out-" + id, false), ("was-" + id, true) })
                    {
                        Outcome By(ThreadState state, Member? present) => state.For(asker, present).Decide(asker, command, facts);
                        var present = new Member(asker, asker, RoleOf(who));
                        By(thread, null).Reason.ShouldBe(Refusal.NotJoined, $"{asker} is not in the meeting: {row}");
                        var outcome = By(thread, present);
                        if (moderates) Judge(row.Allows(who, new Scene(policy)), row, who, outcome, "outside the room");
                        else if (!wasIn) outcome.Reason.ShouldBe(Refusal.NotJoined, $"{asker}: {row}");
                        else if (command is MovePointers) outcome.IsRefused.ShouldBeFalse($"{asker}: {row}");
                        else outcome.Reason.ShouldBe(Refusal.NotAllowed, $"{asker}: {row}");
                        var closed = By(thread.Follow(new RosterChanged(22, [], [], Closed: true)), present);
                        if (!wasIn) closed.Reason.ShouldBe(Refusal.NotJoined, $"{asker}, closed: {row}");
                        else if (command is MovePointers) closed.IsRefused.ShouldBeFalse($"{asker}, closed: {row}");
                        else closed.Reason.ShouldBe(Refusal.NotAllowed, $"{asker}, closed: {row}");
                    }
                }
        }
        _wrong.ShouldBeEmpty();
    }

    // Neither of the two has a say in what the other said, whatever they are in the meeting.
    private static bool InDirect(Command command, bool isAuthor, Who who, SpacePolicy policy, bool inPrivate)
    {
        var moderates = Who.Moderators.HasFlag(who);
        var writes = inPrivate && (moderates || (who != Who.Attendee && policy.MayChat));
        return command switch
        {
            PostMessage post => writes && !post.Everyone,
            EditMessage => writes && isAuthor,
            React => writes && (policy.MayReact || moderates),
            DeleteMessage => isAuthor,
            MovePointers => true,
            _ => false,
        };
    }

    // With what the shell would have loaded.
    private static (Command Command, MessageFacts? Facts) Of(ThreadState thread, Row row)
    {
        var command = Renumbered(row.Command, thread.LastMessage);
        var author = thread.IsDirect ? "author" : "par";
        return (command, ChatThread.Concerns(thread, command) is { } message ? ThreadSample.Facts(message, author) : null);
    }

    // In a closed thread people may take back what they said, and read.
    private static bool Writes(Command command) => command is PostMessage or EditMessage or React or PinMessage or UnpinMessage;

    private static Who WhoIs(Role role) => (Who)(1 << (int)role);

    [Fact]
    public void In_the_waiting_room_nobody_may_anything_but_leave()
    {
        var run = MeetingRun.With(MeetingSettings.Default with { WaitingRoom = WaitingRoomPolicy.Everyone }, ("host", Role.Host));
        foreach (var (id, who) in Callers.Where(one => one.Who is Who.Presenter or Who.Participant or Who.Attendee)) run.Join(id, RoleOf(who)).ShouldBeAccepted();
        foreach (var row in AuthorisationRows.All.Where(row => Authorisation.Knows(row.Command)))
            foreach (var id in new[] { "pre", "par", "eye" })
            {
                var outcome = Meeting.Decide(run.State, From(run.State, id, Who.Participant, row.Command), run.Now);
                var reasons = row.Command is SpaceCommand ? new Refusal?[] { Refusal.Waiting, Refusal.NotJoined } : [Refusal.Waiting, Refusal.NotAllowed];
                if (row.Waiting) outcome.IsRefused.ShouldBeFalse();
                else reasons.ShouldContain(outcome.IsRefused ? outcome.Reason : null, $"{id}: {row}");
            }
    }

    [Fact]
    public void Who_is_not_in_the_meeting_may_nothing()
    {
        var run = MeetingRun.With(("host", Role.Host));
        foreach (var row in AuthorisationRows.All.Where(row => Authorisation.Knows(row.Command)))
        {
            var outcome = Meeting.Decide(run.State, From(run.State, "stranger", Who.Participant, row.Command), run.Now);
            new Refusal?[] { Refusal.NotJoined, Refusal.NotAllowed }.ShouldContain(outcome.IsRefused ? outcome.Reason : null, $"{row}");
        }
        foreach (var row in AuthorisationRows.All.Where(row => row.Command is ThreadCommand))
            ThreadSample.Thread().Decide("stranger", row.Command).Reason.ShouldBe(Refusal.NotJoined, $"{row}");
    }

    [Fact]
    public void Of_a_meeting_that_does_not_exist_nobody_learns_anything()
    {
        foreach (var row in AuthorisationRows.All.Where(row => Authorisation.Knows(row.Command) && !row.May.HasFlag(Who.Product) && row.Command is not CreateMeeting))
            foreach (var (id, who) in Callers.Where(one => one.Who != Who.Product))
                Meeting.Decide(MeetingState.Empty, From(MeetingState.Empty, id, who, row.Command), MeetingRun.Start).Reason.ShouldBe(Refusal.MeetingNotFound, $"{id}: {row}");
    }

    // Private chat is looked at with every other setting where a direct thread is opened, and the choice of rooms where somebody chooses.
    private void Walk(bool room)
    {
        foreach (var policy in Policies)
            foreach (var setting in Private)
                foreach (var selfSelect in room ? Both : [true])
                {
                    var first = setting is null && selfSelect;
                    var scene = new Scene(policy with { PrivateChat = setting }, selfSelect);
                    var prepared = Prepare(scene, room);
                    foreach (var row in first ? AuthorisationRows.All : AuthorisationRows.All.Where(row => row.Also is not null))
                        foreach (var (id, who) in Callers)
                            if (Decide(prepared, id, who, row.Command) is { } outcome) Judge(row.Allows(who, scene), row, who, outcome, room ? "room" : "main");
                }
        _wrong.ShouldBeEmpty();
    }

    // Null where the command is not this place's to decide.
    private static Outcome? Decide(Prepared prepared, string id, Who who, Command command)
    {
        var request = From(prepared.Meeting, id, who, command);
        if (command is SpaceCommand && prepared.Room is { } room) return who == Who.Attendee ? null : BreakoutRoom.Decide(room, request, MeetingRun.Start);
        return Authorisation.Knows(command) ? Meeting.Decide(prepared.Meeting, request, MeetingRun.Start) : null;
    }

    // Of one walk, without what differs only in settings.
    private readonly HashSet<string> _wrong = [];

    private void Judge(bool allowed, Row row, Who who, Outcome outcome, string place)
    {
        var refused = outcome.IsRefused && outcome.Reason == Refusal.NotAllowed;
        if (refused == allowed)
            _wrong.Add($"{who} in {place}: {row} gave {(outcome.IsRefused ? $"{outcome.Reason} {outcome.Detail}" : "acceptance")}");
    }

    private sealed record Prepared(MeetingState Meeting, RoomState? Room);

    private static Prepared Prepare(Scene scene, bool room)
    {
        var run = MeetingRun.With(MeetingSettings.Default with { Policy = scene.Policy, TimeLimitMinutes = 60, WaitingRoom = WaitingRoomPolicy.Guests },
            ("other-host", Role.Host), ("target", Role.Participant));
        foreach (var (id, who) in Callers.Where(one => one.Who <= Who.Attendee)) run.Join(id, RoleOf(who)).ShouldBeAccepted();
        run.Join("waiter", guest: true).ShouldBeAccepted();
        if (!room) return new Prepared(run.State, null);
        run.Api(new CreateRooms(["Red"], SelfSelect: scene.SelfSelect)).ShouldBeAccepted();
        run.Api(new AssignRooms([.. Callers.Where(one => one.Who < Who.Attendee).Select(one => new Assignment(one.Id, "r1-1")).Append(new Assignment("target", "r1-1"))])).ShouldBeAccepted();
        run.Api(new OpenRooms(600)).ShouldBeAccepted();
        var update = Rosters.Update(run.State, "r1-1", thread: false, 0, null)!;
        var state = RoomState.Empty;
        while (BreakoutRoom.Apply(state, update) is { } applied)
            foreach (var happened in applied.Events) state = state.Evolve(new Recorded(state.Version + 1, MeetingRun.Start, null, null, happened));
        return new Prepared(run.State, state);
    }

    private static Request From(MeetingState state, string id, Who who, Command command) => who switch
    {
        Who.Backend => new Request(new CommandId("api-session", 1), Caller.Backend("api"), command),
        Who.Product => new Request(new CommandId("product", 1), Caller.System, command),
        _ => new Request(new CommandId(id + "-s", 1_000 + state.Version), Caller.Participant(id), command),
    };

    private static Command Renumbered(Command command, long message) => command switch
    {
        EditMessage c => c with { Message = message },
        DeleteMessage c => c with { Message = message },
        React c => c with { Message = message },
        PinMessage c => c with { Message = message },
        UnpinMessage c => c with { Message = message },
        ExpireMessage c => c with { Message = message },
        _ => command,
    };

    private static Role RoleOf(Who who) => Enum.GetValues<Role>().First(role => (int)who == 1 << (int)role);
}
