using System.Text;
using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

/// <summary>The storage contract of threads, byte for byte. A change here is a change of what is already stored: see <see cref="Upcasts"/>.</summary>
public class ThreadGoldenTests
{
    public static TheoryData<Event, string> Events => new()
    {
        { new MessagePosted("hi"), """{"type":"message_posted","text":"hi"}""" },
        { new MessagePosted("hi", 4, ["bob"]), """{"type":"message_posted","text":"hi","replyTo":4,"mentions":["bob"]}""" },
        {
            new MessagePosted("", Attachments: [new Attachment("https://files.example/a", "image/png", 7, "e3b0", "a.png"), new Attachment("s3://b/c", "text/plain", 0, "e3b0")]),
            """{"type":"message_posted","text":"","attachments":[{"url":"https://files.example/a","type":"image/png","size":7,"sha256":"e3b0","name":"a.png"}"""
            + """,{"url":"s3://b/c","type":"text/plain","size":0,"sha256":"e3b0"}]}"""
        },
        { new MessagePosted("hi", Everyone: true), """{"type":"message_posted","text":"hi","everyone":true}""" },
        {
            PointersGathered.Of(9, [new Pointer("ann", 9, 4), new Pointer("bob", 8, 8)]),
            """{"type":"pointers_gathered","through":9,"participants":["ann","bob"],"delivered":[0,1],"read":[5,1]}"""
        },
        { new HoldChanged(true), """{"type":"hold_changed","on":true}""" },
        { new RetentionChanged(30), """{"type":"retention_changed","days":30}""" },
        { new RetentionChanged(), """{"type":"retention_changed"}""" },
        { new MessagePinned(4), """{"type":"message_pinned","message":4}""" },
        { new MessageUnpinned(4), """{"type":"message_unpinned","message":4}""" },
        { new MessageEdited(4, "ho"), """{"type":"message_edited","message":4,"text":"ho"}""" },
        { new MessageDeleted(4, [7, 9]), """{"type":"message_deleted","message":4,"edits":[7,9]}""" },
        { new MessageRedacted(4), """{"type":"message_redacted","message":4}""" },
        { new ReactionChanged(4, "👍", true), """{"type":"reaction_changed","message":4,"reaction":"👍","on":true}""" },
        { new PointersMoved([new Pointer("bob", 9, 4)]), """{"type":"pointers_moved","pointers":[{"participant":"bob","delivered":9,"read":4}]}""" },
        {
            new RosterChanged(12, [new Member("bob", "Bob", Role.CoHost)], ["ann"], new SpacePolicy(MayChat: false), false, "Main"),
            """{"type":"roster_changed","cause":12,"entered":[{"participant":"bob","name":"Bob","role":"co_host"}],"left":["ann"]"""
            + ""","policy":{"muteOnEntry":false,"mayUnmute":true,"mayUseCamera":true,"mayShare":true,"mayChat":false,"mayRaiseHand":true,"mayReact":true,"mayRename":true}"""
            + ""","closed":false,"name":"Main"}"""
        },
        {
            new RosterChanged(12, [], [], Direct: ["ann", "bob"]),
            """{"type":"roster_changed","cause":12,"entered":[],"left":[],"direct":["ann","bob"]}"""
        },
        {
            new RosterChanged(12, [], [], Waiting: true),
            """{"type":"roster_changed","cause":12,"entered":[],"left":[],"waiting":true}"""
        },
        { new ChannelCreated("General"), """{"type":"channel_created","name":"General"}""" },
        { new ChannelCreated("General", Posting.Moderators), """{"type":"channel_created","name":"General","posting":"moderators"}""" },
        { new ChannelChanged("Other", Posting.Everyone, true), """{"type":"channel_changed","name":"Other","posting":"everyone","closed":true}""" },
        {
            new MembersAdded([new ChannelMember("ann"), new ChannelMember("bob", true)]),
            """{"type":"members_added","members":[{"participant":"ann"},{"participant":"bob","moderator":true}]}"""
        },
        { new MembersRemoved(["ann"]), """{"type":"members_removed","participants":["ann"]}""" },
        { new ThreadRegistered(), """{"type":"thread_registered"}""" },
        { new InboxesTold(7), """{"type":"inboxes_told","through":7}""" },
        { new NothingChanged(), """{"type":"nothing_changed"}""" },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_is_stored_as_this_text_and_read_back_from_it(Event @event, string golden)
    {
        var stored = Stored(new Recorded(1, Start, null, null, @event));
        stored.ShouldBe($"[{golden}]");
        Stored([.. Read(stored, 1, 1)]).ShouldBe(stored);
    }

    [Fact]
    public void A_snapshot_is_stored_as_this_text_and_read_back_from_it()
    {
        var state = ThreadState.Empty
            .Follow(new RosterChanged(3, [new Member("bob", "Bob", Role.Host), new Member("ann", "Ann", Role.Attendee)], [], new SpacePolicy(), false, "Main"))
            .Say("bob", new MessagePosted("one")).Say("bob", new MessagePosted("two")).Say("bob", new MessageEdited(2, "won"))
            .Follow(new MessageDeleted(2, [4]), new RosterChanged(4, [], ["ann"]));
        state = state.Evolve(new Recorded(7, Start.AddMilliseconds(1), "bob", new CommandId("s1", 3), new NothingChanged()));
        var encoded = Encoding.UTF8.GetString(state.Encode());
        encoded.ShouldBe(
            """{"version":7,"lastTime":"2026-09-21T14:13:20.001+00:00","cursor":4,"name":"Main","policy":"""
            + """{"muteOnEntry":false,"mayUnmute":true,"mayUseCamera":true,"mayShare":true,"mayChat":true,"mayRaiseHand":true,"mayReact":true,"mayRename":true}"""
            + ""","closed":false,"lastMessage":3,"lastMessageAt":"2026-09-21T14:13:20+00:00","members":{"ann":[4,0,0,0,6],"bob":[0,0,3,3,0]}"""
            + ""","messages":[0,"DAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]"""
            + ""","redactions":[[2,5,4]],"""
            + encoded[encoded.IndexOf("\"memory\"", StringComparison.Ordinal)..]);
        Encoding.UTF8.GetString(ThreadState.Decode(state.Encode()).Encode()).ShouldBe(encoded);
    }

    [Fact]
    public void A_snapshot_with_pins_and_mentions_is_stored_as_this_text_and_read_back_from_it()
    {
        var state = ThreadState.Empty
            .Follow(new RosterChanged(3, [new Member("bob", "Bob", Role.Host), new Member("ann", "Ann", Role.Participant)], [], new SpacePolicy(), false, "Main"))
            .Say("bob", new MessagePosted("one", Mentions: ["ann", "nobody"])).Say("bob", new MessagePosted("two", Everyone: true))
            .Follow(new MessagePinned(3), new MessagePinned(2));
        var encoded = Encoding.UTF8.GetString(state.Encode());
        encoded.ShouldContain(
            """"lastMessageAt":"2026-09-21T14:13:20+00:00","pins":[3,2],"members":{"ann":[3,0,0,0,0,[2]],"bob":[0,0,3,3,0]}"""");
        encoded.ShouldContain(""""],"everyone":[0,"CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","CAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],"redactions":"""");
        Encoding.UTF8.GetString(ThreadState.Decode(state.Encode()).Encode()).ShouldBe(encoded);
        // What an earlier release has stored.
        var earlier = encoded.Replace("\"lastMessageAt\":\"2026-09-21T14:13:20+00:00\",\"pins\":[3,2],", "", StringComparison.Ordinal);
        var read = ThreadState.Decode(Encoding.UTF8.GetBytes(earlier));
        (read.LastMessageAt, read.Pins.Length, read.LastMessage).ShouldBe((null, 0, 3));
    }

    [Fact]
    public void A_snapshot_of_a_channel_is_stored_as_this_text_and_read_back_from_it()
    {
        var state = ThreadState.Empty.Follow(new ChannelCreated("General", Posting.Moderators), new MembersAdded([new ChannelMember("ann"), new ChannelMember("bob", true)]), new InboxesTold(2),
            new MembersRemoved(["ann"]));
        var encoded = Encoding.UTF8.GetString(state.Encode());
        encoded.ShouldContain(""""closed":false,"channel":true,"untold":{"ann":4},"lastMessage":0,"members":{"ann":[3,0,0,0,4],"bob":[1,0,0,0,0]},"""");
        Encoding.UTF8.GetString(ThreadState.Decode(state.Encode()).Encode()).ShouldBe(encoded);
    }

    [Fact]
    public void A_snapshot_of_the_waiting_rooms_thread_is_stored_as_this_text_and_read_back_from_it()
    {
        var state = ThreadState.Empty
            .Follow(new RosterChanged(3, [new Member("bob", "Bob", Role.Host)], [], new SpacePolicy(), false, "Main", Waiting: true))
            .Say("bob", new MessagePosted("one")).Follow(new RosterChanged(4, [new Member("ann", "Ann", Role.Participant)], []));
        var encoded = Encoding.UTF8.GetString(state.Encode());
        encoded.ShouldContain(""""closed":false,"waiting":true,"lastMessage":2,"lastMessageAt":"2026-09-21T14:13:20+00:00","members":{"ann":[3,2,0,0,0],"bob":[0,0,2,2,0]},"""");
        Encoding.UTF8.GetString(ThreadState.Decode(state.Encode()).Encode()).ShouldBe(encoded);
    }

    [Fact]
    public void A_snapshot_of_a_registered_thread_is_stored_as_this_text_and_read_back_from_it()
    {
        var state = ThreadState.Empty.Follow(new ChannelCreated("General"), new MessagePosted("one"), new ThreadRegistered(), new HoldChanged(true));
        var encoded = Encoding.UTF8.GetString(state.Encode());
        encoded.ShouldContain(""""closed":false,"held":true,"registered":true,"channel":true,"lastMessage":2,"""");
        Encoding.UTF8.GetString(ThreadState.Decode(state.Encode()).Encode()).ShouldBe(encoded);
        // What an earlier release has stored.
        var earlier = ThreadState.Decode(Encoding.UTF8.GetBytes(encoded.Replace("\"registered\":true,", "", StringComparison.Ordinal)));
        (earlier.NeedsRegistering, ThreadState.Decode(state.Encode()).NeedsRegistering).ShouldBe((true, false));
    }

    [Fact]
    public void A_snapshot_keeps_locks_and_mentions_of_a_member_apart()
    {
        foreach (var (locked, mentioned) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            var state = ThreadState.Empty
                .Follow(new RosterChanged(3, [new Member("ann", "Ann", Role.Participant, locked ? [Ability.Chat] : null)], [], new SpacePolicy(), false, "Main"))
                .Say("api:key", new MessagePosted("one", Mentions: mentioned ? ["ann"] : null));
            var read = ThreadState.Decode(state.Encode());
            read.Encode().ShouldBe(state.Encode());
            ChatThread.View(read, "ann")!.Own!.Mentions.ShouldBe(mentioned ? 1 : 0);
            read.Decide("ann", new PostMessage("x")).IsRefused.ShouldBe(locked);
        }
    }

    [Fact]
    public void An_overlay_is_stored_as_this_text_and_read_back_from_it()
    {
        var overlay = PageOverlay.Empty(0).Merge(new OverlayChanges(0, 30,
        [
            new(20, Start, "bob", null, new MessageEdited(4, "ho")),
            new(21, Start, "bob", null, new ReactionChanged(4, "👍", true)),
            new(22, Start, "ann", null, new ReactionChanged(4, "👍", true)),
            new(23, Start, "ann", null, new ReactionChanged(9, "🎉", true)),
            new(24, Start, "ann", null, new MessageDeleted(5, [])),
        ]));
        var encoded = Encoding.UTF8.GetString(overlay.Encode());
        encoded.ShouldBe(
            """{"messages":[{"number":4,"text":"ho","editedAt":1790000000000,"edits":[20],"reactions":[["👍",0,1]]},"""
            + """{"number":5,"deleted":true},{"number":9,"reactions":[["🎉",1]]}],"people":["bob","ann"]}""");
        Encoding.UTF8.GetString(PageOverlay.Decode(0, 30, overlay.Encode()).Encode()).ShouldBe(encoded);
    }
}
