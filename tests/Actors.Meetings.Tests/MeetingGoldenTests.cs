using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>The stored form of every event of meetings, spaces and rooms. A stored log outlives any code: these lines never change.</summary>
public sealed class MeetingGoldenTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Every event that a meeting logs, each once.</summary>
    internal static readonly ImmutableArray<Event> MeetingEvents =
    [
        new MeetingCreated("Physics", MeetingSettings.Default, ImmutableDictionary<string, string>.Empty.Add("course", "p1")),
        new MeetingStarted(),
        new MeetingEnded(),
        new SettingsChanged(MeetingSettings.Default with { WaitingMayChat = true }),
        new SettingsChanged(MeetingSettings.Default with { Capacity = 20, WaitingRoom = WaitingRoomPolicy.Guests, Devices = DevicePolicy.Allow }),
        new LockChanged(true),
        new ParticipantJoined("ann", "Ann", Role.CoHost, Kind.Person, "s1", "c1", "g1", "waiting", ImmutableDictionary<string, string>.Empty.Add("seat", "3")),
        new ParticipantReconnected("ann", "s1", "c2", "g2"),
        new ParticipantsDisconnected([new Connection("ann", "s1", "c2")], ["ann"], LeaveReason.GatewayLost),
        new SessionReplaced("ann", "s1", "s2", "c3", "g1"),
        new ParticipantLeft("ann", LeaveReason.ConnectionLost),
        new ParticipantBanned("ann"),
        new ParticipantUnbanned("ann"),
        new RoleChanged("ann", Role.Host, Succession: true),
        new ParticipantsAdmitted(["ann", "ben"], 7),
        new ParticipantPutBack("ann"),
        new RoomsCreated(1, [new Room("r1-1", "Red")]),
        new ParticipantsAssigned([new Assignment("ann", "r1-1")]),
        new RoomsOpened(1, At),
        new ParticipantsMoved([new Move("ann", "r1-1")]),
        new RoomsBroadcast("Five minutes"),
        new RoomsClosing(At),
        new RoomsClosed(1),
        new MediaChanged("ann", Microphone: true, Share: false),
        new ParticipantsMuted(["ann"]),
        new HandRaised("ann"),
        new HandLowered("ann"),
        new AllHandsLowered(),
        new NothingChanged(),
        .. LifecycleGolden.Events,
        .. ModerationGolden.Events,
        .. RoomGolden.Events,
        .. PollGolden.Events,
    ];

    private const string Policy =
        """{"muteOnEntry":false,"mayUnmute":true,"mayUseCamera":true,"mayShare":true,"mayChat":true,"mayRaiseHand":true,"mayReact":true,"mayRename":true}""";

    private static readonly ImmutableArray<string> Stored =
    [
        """{"type":"meeting_created","title":"Physics","settings":{"policy":""" + Policy + ""","capacity":1000,"waitForHost":false,"waitingRoom":"off","devices":"take_over","inbox":false},"metadata":{"course":"p1"}}""",
        """{"type":"meeting_started"}""",
        """{"type":"meeting_ended"}""",
        """{"type":"settings_changed","settings":{"policy":""" + Policy + ""","capacity":1000,"waitForHost":false,"waitingRoom":"off","devices":"take_over","inbox":false,"waitingMayChat":true}}""",
        """{"type":"settings_changed","settings":{"policy":""" + Policy + ""","capacity":20,"waitForHost":false,"waitingRoom":"guests","devices":"allow","inbox":false}}""",
        """{"type":"lock_changed","locked":true}""",
        """{"type":"participant_joined","participant":"ann","name":"Ann","role":"co_host","kind":"person","session":"s1","connection":"c1","gateway":"g1","place":"waiting","attributes":{"seat":"3"}}""",
        """{"type":"participant_reconnected","participant":"ann","session":"s1","connection":"c2","gateway":"g2"}""",
        """{"type":"participants_disconnected","connections":[{"participant":"ann","session":"s1","id":"c2"}],"participants":["ann"],"reason":"gateway_lost"}""",
        """{"type":"session_replaced","participant":"ann","old":"s1","session":"s2","connection":"c3","gateway":"g1"}""",
        """{"type":"participant_left","participant":"ann","reason":"connection_lost"}""",
        """{"type":"participant_banned","participant":"ann"}""",
        """{"type":"participant_unbanned","participant":"ann"}""",
        """{"type":"role_changed","participant":"ann","role":"host","succession":true}""",
        """{"type":"participants_admitted","participants":["ann","ben"],"through":7}""",
        """{"type":"participant_put_back","participant":"ann"}""",
        """{"type":"rooms_created","round":1,"rooms":[{"id":"r1-1","name":"Red"}]}""",
        """{"type":"participants_assigned","assignments":[{"participant":"ann","room":"r1-1"}]}""",
        """{"type":"rooms_opened","round":1,"closesAt":"2026-03-01T09:00:00+00:00"}""",
        """{"type":"participants_moved","moves":[{"participant":"ann","place":"r1-1"}]}""",
        """{"type":"rooms_broadcast","text":"Five minutes"}""",
        """{"type":"rooms_closing","closesAt":"2026-03-01T09:00:00+00:00"}""",
        """{"type":"rooms_closed","round":1}""",
        """{"type":"media_changed","participant":"ann","microphone":true,"share":false}""",
        """{"type":"participants_muted","participants":["ann"]}""",
        """{"type":"hand_raised","participant":"ann"}""",
        """{"type":"hand_lowered","participant":"ann"}""",
        """{"type":"all_hands_lowered"}""",
        """{"type":"nothing_changed"}""",
        .. LifecycleGolden.Stored,
        .. ModerationGolden.Stored,
        .. RoomGolden.Stored,
        .. PollGolden.Stored,
        """{"type":"roster_changed","cause":9,"entered":[{"participant":"ann","name":"Ann","role":"presenter"}],"left":["ben"],"policy":{"muteOnEntry":false,"mayUnmute":false,"mayUseCamera":true,"mayShare":true,"mayChat":true,"mayRaiseHand":true,"mayReact":true,"mayRename":true},"closed":true,"name":"Red"}""",
    ];

    [Fact]
    public void The_stored_form_of_every_event_is_as_it_was()
    {
        var written = MeetingEvents.Add(Roster).Select(one => JsonSerializer.Serialize(one, ContractsJson.Default.Event)).ToArray();
        written.Length.ShouldBe(Stored.Length);
        for (var i = 0; i < written.Length; i++) written[i].ShouldBe(Stored[i]);
    }

    [Fact]
    public void Every_stored_form_reads_back_as_the_same_event()
    {
        foreach (var line in Stored)
            JsonSerializer.Serialize(JsonSerializer.Deserialize(line, ContractsJson.Default.Event)!, ContractsJson.Default.Event).ShouldBe(line);
    }

    /// <summary>Written before there were the fields that their events have today.</summary>
    [Fact]
    public void Older_stored_forms_read_with_the_new_fields_at_their_defaults()
    {
        var read = (MeetingCreated)JsonSerializer.Deserialize(
            """{"type":"meeting_created","title":"Physics","settings":{"policy":{"muteOnEntry":false,"mayUnmute":true,"mayUseCamera":true,"mayShare":true,"mayChat":false,"mayRaiseHand":true},"capacity":20,"waitForHost":false,"waitingRoom":"off","devices":"take_over","inbox":false}}""",
            ContractsJson.Default.Event)!;
        read.ShouldBe(new MeetingCreated("Physics", new MeetingSettings(new SpacePolicy(MayChat: false), Capacity: 20)));
        JsonSerializer.Deserialize("""{"type":"meeting_ended"}""", ContractsJson.Default.Event).ShouldBe(new MeetingEnded());
    }

    private static readonly Event Roster = new RosterChanged(9, [new Member("ann", "Ann", Role.Presenter)], ["ben"], new SpacePolicy(MayUnmute: false), true, "Red");
}
