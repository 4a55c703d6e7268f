using System.Text;
using Actors.Contracts;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadRulesTests;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

/// <summary>Threads outside meetings, whose members are in their own logs.</summary>
public class ChannelTests
{
    // Event 2: mod moderates, ann and bob are members. Message 3 is ann's.
    private static ThreadState Channel(Posting posting = Posting.Everyone, bool closed = false)
    {
        var state = ThreadState.Empty.Follow(
            new ChannelCreated("General", posting), new MembersAdded([new ChannelMember("mod", true), new ChannelMember("ann"), new ChannelMember("bob")]));
        state = state.Say("ann", new MessagePosted("hello"));
        return closed ? state.Follow(new ChannelChanged(Closed: true)) : state;
    }

    [Theory]
    // who, only moderators write, closed: allowed?
    [InlineData("mod", false, false, null)]
    [InlineData("mod", true, false, null)]
    [InlineData("bob", false, false, null)]
    [InlineData("bob", true, false, Refusal.NotAllowed)]
    [InlineData("mod", false, true, Refusal.NotAllowed)]
    [InlineData("bob", false, true, Refusal.NotAllowed)]
    [InlineData("api", true, true, null)]
    [InlineData("stranger", false, false, Refusal.NotJoined)]
    public void E1_who_may_write_in_a_channel(string who, bool moderated, bool closed, Refusal? refusal)
    {
        var state = Channel(moderated ? Posting.Moderators : Posting.Everyone, closed);
        Expect(state.Decide(who, new PostMessage("hi")), refusal);
        Expect(state.Decide(who, new React(3, "👍"), Facts(3, "ann")), refusal);
    }

    [Theory]
    [InlineData("mod", null)]
    [InlineData("api", null)]
    [InlineData("ann", null)]
    [InlineData("bob", Refusal.NotAllowed)]
    public void E2_authors_and_moderators_of_a_channel_delete(string who, Refusal? refusal) =>
        Expect(Channel().Decide(who, new DeleteMessage(3), Facts(3, "ann")), refusal);

    [Fact]
    public void E1_channels_are_created_and_changed_by_backends_alone()
    {
        Command[] commands = [new CreateChannel("Other"), new AddMembers([new ChannelMember("cho")]), new RemoveMembers(["bob"]), new ChangeChannel("Other")];
        foreach (var command in commands)
            foreach (var who in new[] { "mod", "ann", "system" }) Channel().Decide(who, command).Reason.ShouldBe(Refusal.NotAllowed, $"{who}: {command}");
        foreach (var command in commands[1..])
        {
            Expect(Channel().Decide("api", command), null);
            Channel().Decide("stranger", command).Reason.ShouldBe(Refusal.NotJoined);
            // A meeting's thread has the meeting's members.
            Thread().Decide("api", command).Reason.ShouldBe(Refusal.InvalidArgument);
        }
        Channel().Decide("api", new RecordInboxesTold(2)).Reason.ShouldBe(Refusal.NotAllowed);
    }

    [Fact]
    public void E1_creating_again_is_a_repeat_with_the_present_content_and_refused_with_another()
    {
        ThreadState.Empty.Decide("api", new CreateChannel("General")).Events.ShouldBe([new ChannelCreated("General")]);
        Channel().Decide("api", new CreateChannel("General")).Events.ShouldBe([new NothingChanged()]);
        Channel().Decide("api", new CreateChannel("General", Posting.Moderators)).Reason.ShouldBe(Refusal.ChannelExists);
        Channel().Decide("api", new CreateChannel("Other")).Reason.ShouldBe(Refusal.ChannelExists);
        Thread().Decide("api", new CreateChannel("Main")).Reason.ShouldBe(Refusal.ChannelExists);
        ThreadState.Empty.Decide("ann", new CreateChannel("General")).Reason.ShouldBe(Refusal.NotAllowed);
    }

    [Fact]
    public void E1_only_what_changes_is_an_event()
    {
        var state = Channel();
        state.Decide("api", new AddMembers([new("ann"), new("cho"), new("bob", true)])).Events.Single()
            .ShouldBeOfType<MembersAdded>().Members.ShouldBe([new("cho"), new("bob", true)]);
        state.Decide("api", new RemoveMembers(["ann", "nobody"])).Events.Single().ShouldBeOfType<MembersRemoved>().Participants.ShouldBe(["ann"]);
        state.Decide("api", new ChangeChannel("General", Posting.Moderators, false)).Events.ShouldBe([new ChannelChanged(Posting: Posting.Moderators)]);
        foreach (var nothing in new Command[] { new AddMembers([new("ann")]), new AddMembers([]), new RemoveMembers(["nobody"]), new ChangeChannel(), new ChangeChannel("General", Posting.Everyone, false) })
            state.Decide("api", nothing).Events.ShouldBe([new NothingChanged()], nothing.ToString());
        var changed = state.Follow(new ChannelChanged("Renamed", Posting.Moderators));
        var view = ChatThread.View(changed, "ann")!;
        (view.Name, view.Posting, view.Members, view.Own!.Participant).ShouldBe(("Renamed", Posting.Moderators, 3, "ann"));
        (ChatThread.View(Thread(), null)!.Name, ChatThread.View(Thread(), null)!.Posting).ShouldBe((null, null));
    }

    public static TheoryData<Command, Refusal> Bad => new()
    {
        { new CreateChannel(""), Refusal.InvalidArgument },
        { new CreateChannel(new string('n', Limits.NameLength + 1)), Refusal.TooLarge },
        { new CreateChannel("x", (Posting)9), Refusal.InvalidArgument },
        { new AddMembers(default), Refusal.InvalidArgument },
        { new AddMembers([new ChannelMember("a b")]), Refusal.InvalidArgument },
        { new AddMembers([new ChannelMember("a"), new ChannelMember("a", true)]), Refusal.InvalidArgument },
        { new AddMembers([null!]), Refusal.InvalidArgument },
        { new AddMembers([.. People(Limits.MembersPerCommand + 1).Select(id => new ChannelMember(id))]), Refusal.TooLarge },
        { new RemoveMembers(default), Refusal.InvalidArgument },
        { new RemoveMembers([""]), Refusal.InvalidArgument },
        { new RemoveMembers([.. People(Limits.MembersPerCommand + 1)]), Refusal.TooLarge },
        { new ChangeChannel(" "), Refusal.InvalidArgument },
        { new ChangeChannel(Posting: (Posting)9), Refusal.InvalidArgument },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void P10_bad_arguments_of_channels_are_refused_by_name(Command command, Refusal refusal) => Channel().Decide("api", command).Reason.ShouldBe(refusal);

    [Fact]
    public void E1_a_channel_holds_so_many_members_and_no_more()
    {
        var state = ThreadState.Empty.Follow(new ChannelCreated("General"));
        foreach (var some in People(Limits.MembersPerChannel).Chunk(Limits.MembersPerCommand))
        {
            var outcome = state.Decide("api", new AddMembers([.. some.Select(id => new ChannelMember(id))]));
            Expect(outcome, null);
            state = state.Follow(outcome.Events[0]);
        }
        state.Decide("api", new AddMembers([new ChannelMember("one-more")])).Reason.ShouldBe(Refusal.LimitReached);
        // Who is one already costs no place.
        Expect(state.Decide("api", new AddMembers([new ChannelMember("p1", true)])), null);
        var page = ChatThread.Members(state, null, Limits.MembersPage);
        (page.Members.Length, page.Next).ShouldBe((Limits.MembersPage, page.Members[^1].Participant));
        ChatThread.Members(state, page.Next, Limits.MembersPage).Members[0].Participant.ShouldBe(People(Limits.MembersPerChannel).Order(StringComparer.Ordinal).ElementAt(Limits.MembersPage));
        ChatThread.Members(Thread(), null, 9).Members.ShouldBeEmpty();
    }

    [Fact]
    public void E5_inboxes_are_told_until_it_is_logged_and_what_happened_meanwhile_is_told_again()
    {
        var state = Channel();
        state.Untold.Keys.ShouldBe(["ann", "bob", "mod"]);
        state = state.Follow(new MembersRemoved(["bob"]));
        state.Decide("system", new RecordInboxesTold(2)).Events.ShouldBe([new InboxesTold(2)]);
        state = state.Follow(new InboxesTold(2));
        state.Untold.Keys.ShouldBe(["bob"]);
        state.Decide("system", new RecordInboxesTold(3)).Events.ShouldBe([new NothingChanged()]);
        state = state.Follow(new InboxesTold(4), new MembersAdded([new ChannelMember("mod"), new ChannelMember("bob")]));
        state.Untold.Keys.ShouldBe(["bob"], "another right is no reason to look");
    }

    [Fact]
    public void E4_receipts_of_who_left_a_channel_stay_and_who_comes_later_has_nothing_unread()
    {
        var state = Channel().Say("ann", new MessagePosted("two")).Follow(
            new PointersMoved([new Pointer("bob", 4, 4)]), new MembersRemoved(["bob"]), new MembersAdded([new ChannelMember("cho")])).Say("ann", new MessagePosted("three"));
        ChatThread.Receipts(state).Members.Select(one => (one.Participant, one.Read, one.Unread)).ShouldBe([("ann", 8, 0), ("bob", 4, 1), ("cho", 0, 1), ("mod", 0, 3)]);
        ChatThread.View(state, "bob")!.Own.ShouldBeNull();
    }

    [Fact]
    public void P12_random_channels_are_the_same_from_a_snapshot_with_its_tail_and_their_members_are_those_of_a_plain_replay() =>
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue).ArrayOf()), steps =>
        {
            var (state, half) = (ThreadState.Empty.Follow(new ChannelCreated("General")), default(ThreadState));
            var (members, untold) = (new Dictionary<string, bool>(), new HashSet<string>());
            foreach (var (step, i) in steps.Select((step, i) => (step, i)))
            {
                if (i == steps.Length / 2) half = ThreadState.Decode(state.Encode());
                var random = new Random(step);
                var who = $"p{random.Next(6)}";
                var moderator = random.Next(2) == 0;
                Command command = random.Next(5) switch
                {
                    0 or 1 => new AddMembers([new ChannelMember(who, moderator)]),
                    2 => new RemoveMembers([who]),
                    3 => new RecordInboxesTold(state.Version),
                    _ => new PostMessage("x"),
                };
                var outcome = state.Decide(command is RecordInboxesTold ? "system" : command is PostMessage ? who : "api", command);
                outcome.IsRefused.ShouldBe(command is PostMessage && !members.ContainsKey(who));
                if (command is AddMembers && members.TryAdd(who, moderator)) untold.Add(who);
                if (command is AddMembers) members[who] = moderator;
                if (command is RemoveMembers && members.Remove(who)) untold.Add(who);
                if (command is RecordInboxesTold) untold.Clear();
                if (outcome.IsRefused) continue;
                var recorded = new Recorded(state.Version + 1, Start, command is PostMessage ? who : null, null, outcome.Events.Single());
                state = state.Evolve(recorded);
                half = half?.Evolve(recorded);
            }
            ChatThread.Members(state, null, 100).Members.ShouldBe(members.OrderBy(one => one.Key).Select(one => new ChannelMember(one.Key, one.Value)));
            state.Untold.Keys.ShouldBe(untold.Order());
            if (half is not null) Text(half).ShouldBe(Text(state));
            Text(ThreadState.Decode(state.Encode())).ShouldBe(Text(state));
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<string> People(int count) => Enumerable.Range(1, count).Select(i => $"p{i}");

    private static string Text(ThreadState state) => Encoding.UTF8.GetString(state.Encode());
}
