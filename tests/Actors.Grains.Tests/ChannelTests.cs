using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>Threads outside meetings on real grains and storage in memory.</summary>
public sealed class ChannelTests
{
    [Fact]
    public async Task E1_a_channel_outlives_crashes_with_its_members_messages_and_receipts()
    {
        await using var bed = await TestBed.Start();
        await Created(bed, "ann", "bob");
        var posted = await TestBed.Accepted(Channel(bed), bed.By("ann", new PostMessage("hello")));
        await TestBed.Accepted(Channel(bed), bed.By("bob", new MovePointers(posted.First, posted.First)));
        await Channel(bed).Wake(default);
        await TestBed.Accepted(Channel(bed), bed.ByBackend(new RemoveMembers(["bob"])));
        for (var life = 0; life < 2; life++)
        {
            (await TestBed.Refused(Channel(bed), bed.By("bob", new PostMessage("still here?")))).ShouldBe(Refusal.NotJoined);
            (await Channel(bed).History(new HistoryRequest(Caller: Caller.Participant("bob")), default)).Refusal.ShouldBe(Refusal.NotJoined);
            var page = await Channel(bed).History(new HistoryRequest(Caller: Caller.Participant("ann"), MeetingSeen: 9), default);
            page.Messages.Select(one => (one.By, one.Text)).ShouldBe([("ann", "hello")]);
            (await Channel(bed).Receipts(0, default)).Members.Single(one => one.Participant == "bob").Read.ShouldBe(posted.First);
            (await Channel(bed).Members(null, 10, 0, default)).Members.ShouldBe([new ChannelMember("ann")]);
            await bed.Kill();
        }
    }

    [Fact]
    public async Task E1_what_was_not_created_is_no_channel_and_a_meetings_thread_cannot_become_one()
    {
        await using var bed = await TestBed.Start();
        (await TestBed.Refused(Channel(bed), bed.ByBackend(new PostMessage("x")))).ShouldBe(Refusal.ChannelNotFound);
        (await TestBed.Refused(Channel(bed), bed.By("ann", new PostMessage("x")))).ShouldBe(Refusal.NotJoined);
        (await Channel(bed).View(new ViewRequest(Audience.Moderators), default)).ShouldBeNull();
        (await TestBed.Refused(bed.Thread(), bed.ByBackend(new CreateChannel("General")))).ShouldBe(Refusal.UnknownType);
        // A meeting of the channel's name is another thing.
        await bed.Opened("general");
        (await TestBed.Refused(Channel(bed), bed.ByBackend(new PostMessage("x")))).ShouldBe(Refusal.ChannelNotFound);
    }

    [Fact]
    public async Task E5_members_find_the_channel_in_their_inbox_with_its_present_name_and_lose_it_with_their_membership()
    {
        await using var bed = await TestBed.Start();
        await Created(bed, "ann", "bob");
        var posted = await TestBed.Accepted(Channel(bed), bed.By("ann", new PostMessage("hello bob", Mentions: ["bob"])));
        await TestBed.Accepted(Channel(bed), bed.ByBackend(new ChangeChannel("Renamed")));
        var entry = (await Inbox(bed, "bob").List(new InboxRequest(), default)).Threads.Single();
        (entry.Thread, entry.Title, entry.LastMessage, entry.Unread, entry.Mentions).ShouldBe((Ids.ChannelKey(TestBed.Tenant, "general"), "Renamed", posted.First, 1, 1));
        await TestBed.Accepted(Channel(bed), bed.ByBackend(new RemoveMembers(["bob"])));
        // At once, whatever the inbox has stored.
        (await Inbox(bed, "bob").List(new InboxRequest(), default)).Threads.ShouldBeEmpty();
        await Channel(bed).Wake(default);
        await TestBed.Accepted(Channel(bed), bed.ByBackend(new AddMembers([new ChannelMember("bob")])));
        await Channel(bed).Wake(default);
        (await Inbox(bed, "bob").List(new InboxRequest(), default)).Threads.Single().Title.ShouldBe("Renamed");
    }

    [Fact]
    public async Task E5_inboxes_that_a_crash_left_untold_are_told_by_the_next_activation()
    {
        await using var bed = await TestBed.Start();
        await TestBed.Accepted(Channel(bed), bed.ByBackend(new CreateChannel("General")));
        var adding = bed.Log.Hold("thread/");
        var added = Channel(bed).Execute(bed.ByBackend(new AddMembers([new ChannelMember("ann")])), default).AsTask();
        await adding.Arrived.WaitAsync(TestBed.Patience);
        // The member is stored, and that her inbox was told is not.
        var telling = bed.Log.Hold("thread/");
        adding.Release();
        await added.WaitAsync(TestBed.Patience);
        await telling.Arrived.WaitAsync(TestBed.Patience);
        await bed.Kill();
        bed.Log.Hold("no stream's");
        await Channel(bed).Wake(default);
        (await TestBed.Events(Channel(bed))).Count(one => one.Event is InboxesTold).ShouldBe(1);
        (await Inbox(bed, "ann").List(new InboxRequest(), default)).Threads.Single().Title.ShouldBe("General");
        // Told again, an inbox keeps one entry.
        await Inbox(bed, "ann").Refresh(Ids.ChannelKey(TestBed.Tenant, "general"), TestTime, 2);
        (await Inbox(bed, "ann").List(new InboxRequest(), default)).Threads.Length.ShouldBe(1);
    }

    private static readonly DateTimeOffset TestTime = DateTimeOffset.UnixEpoch;

    private static IThreadGrain Channel(TestBed bed) => bed.Client.GetGrain<IThreadGrain>(Ids.ChannelKey(TestBed.Tenant, "general"));

    private static IInboxGrain Inbox(TestBed bed, string user) => bed.Client.GetGrain<IInboxGrain>(Ids.InboxKey(TestBed.Tenant, user));

    private static async Task Created(TestBed bed, params string[] members)
    {
        await TestBed.Accepted(Channel(bed), bed.ByBackend(new CreateChannel("General")));
        await TestBed.Accepted(Channel(bed), bed.ByBackend(new AddMembers([.. members.Select(member => new ChannelMember(member))])));
        await Channel(bed).Wake(default);
    }
}
