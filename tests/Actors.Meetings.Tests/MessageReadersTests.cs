using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

/// <summary>Who has received and read one message (E4).</summary>
public class MessageReadersTests
{
    private static readonly Caller Backend = Caller.Backend("key");

    [Fact]
    public void E4_readers_and_receivers_of_a_message_are_those_to_whom_it_was_news()
    {
        var state = Thread().Say("ann", new MessagePosted("one"));
        var message = state.LastMessage;
        state = state.Follow(
            new PointersMoved([new("bob", message, message), new("cohost", message, 0)]),
            new RosterChanged(30, [new Member("late", "Late", Role.Participant)], []));
        state = state.Say("late", new MessagePosted("two")).Follow(new RosterChanged(31, [], ["bob"]));
        var page = Page(state, new MessageReceiptsRequest(message));
        // Not the author, not who came later or had left before; but who left since.
        (page.Awaited, page.Delivered, page.Read).ShouldBe((5, 2, 1));
        page.People.ShouldBe([new MessageReceipt("bob", true), new MessageReceipt("cohost", false)]);
        page.Number.ShouldBe(state.Version);
        Page(state, new MessageReceiptsRequest(state.LastMessage), "late").Awaited.ShouldBe(6);
    }

    [Fact]
    public void P8_a_page_of_the_largest_size_is_answered_a_larger_one_refused_and_pages_lose_nobody()
    {
        var people = Enumerable.Range(0, (2 * Limits.ReceiptsPage) + 1).Select(i => $"p{i:D4}").ToArray();
        var state = Thread().Follow(new RosterChanged(30, [.. people.Select(id => new Member(id, id, Role.Participant))], [])).Say("ann", new MessagePosted("one"));
        state = state.Follow(new PointersMoved([.. people.Select(id => new Contracts.Pointer(id, state.LastMessage, 0))]));
        MessageReaders.Check(state, new MessageReceiptsRequest(state.LastMessage, Backend, Limit: Limits.ReceiptsPage)).ShouldBeNull();
        foreach (var limit in new[] { 0, Limits.ReceiptsPage + 1 })
            MessageReaders.Check(state, new MessageReceiptsRequest(state.LastMessage, Backend, Limit: limit))!.Value.Reason.ShouldBe(Refusal.InvalidArgument);
        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = Page(state, new MessageReceiptsRequest(state.LastMessage, After: after));
            page.Delivered.ShouldBe(people.Length);
            seen.AddRange(page.People.Select(one => one.Participant));
            after = page.Next;
        }
        while (after is not null);
        seen.ShouldBe(people);
    }

    public static TheoryData<string, long, Refusal?> Askers => new()
    {
        { "ann", 3, null },
        { "bob", 3, null },
        { "api", 3, null },
        { "attendee", 3, Refusal.NotAllowed },
        { "gone", 3, Refusal.NotJoined },
        { "stranger", 3, Refusal.NotJoined },
        { "system", 3, Refusal.NotAllowed },
        { "ann", 0, Refusal.InvalidArgument },
        { "ann", 1, Refusal.UnknownMessage },
        { "ann", 99, Refusal.UnknownMessage },
        { "ann", 4, Refusal.MessageDeleted },
    };

    [Theory]
    [MemberData(nameof(Askers))]
    public void Members_above_attendee_and_backends_ask_about_messages_that_are_there(string who, long message, Refusal? refusal)
    {
        var state = Thread().Say("ann", new MessagePosted("one")).Say("ann", new MessagePosted("two")).Say("ann", new MessageDeleted(4, []));
        var refused = MessageReaders.Check(state, new MessageReceiptsRequest(message, From(who, new MovePointers(0, 0)).Caller));
        Refusal? reason = refused is { } given ? given.Reason : null;
        reason.ShouldBe(refusal);
        MessageReaders.Check(state, new MessageReceiptsRequest(3, Backend, After: "a/b"))!.Value.Reason.ShouldBe(Refusal.InvalidArgument);
    }

    private static MessageReceipts Page(ThreadState state, MessageReceiptsRequest request, string author = "ann") =>
        MessageReaders.Page(state, request with { Caller = Backend }, author);
}
