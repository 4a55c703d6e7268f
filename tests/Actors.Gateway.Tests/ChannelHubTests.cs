using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>A channel's hub alone, against a stream that the test writes: whom it shows what, and until when.</summary>
public sealed class ChannelHubTests
{
    private static HubHost Channel(params ReadOnlySpan<Event> events)
    {
        var stream = new FakeStream { Show = (_, number) => new ThreadView(number, false, 0, 0, 0) };
        stream.Publish(events);
        return new HubHost(stream, StreamKind.Channel, place: "general");
    }

    private static MembersAdded Added(string member) => new([new ChannelMember(member)]);

    [Fact]
    public async Task A_removal_in_the_middle_of_a_page_is_the_last_that_the_removed_are_sent()
    {
        await using var host = Channel(new ChannelCreated("General"), Added("ann"), Added("bob"));
        var (ann, bob) = (await host.Join(new FakeSocket("ann", epoch: 3)), await host.Join(new FakeSocket("bob", epoch: 3)));
        // One page: the hub reads everything that is durable.
        host.Stream.Publish(new MessagePosted("4"), new MembersRemoved(["bob"]), new MessagePosted("6"), Added("bob"), new MessagePosted("8"));
        await ann.Until(8);
        while ((await bob.Next()).GetProperty("type").GetString() != "close")
        {
        }
        bob.Numbers.ShouldBe([4L, 5L]);
        bob.Closes.ShouldBe([CloseCode.Removed]);
        bob.HasMore.ShouldBeFalse();
        ann.Numbers.ShouldBe([4L, 5L, 6L, 7L, 8L]);
        ann.Closes.ShouldBeEmpty();
        // Who is added again is a new reader.
        var again = await host.Join(new FakeSocket("bob", epoch: 7), resume: 5);
        await again.Until(8);
        again.Numbers.ShouldBe([6L, 7L, 8L]);
        foreach (var socket in new[] { ann, bob, again }) socket.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_removal_of_before_a_reader_was_confirmed_does_not_end_it()
    {
        await using var host = Channel(new ChannelCreated("General"), Added("bob"));
        // Confirmed by a grain that was ahead of the hub.
        var bob = await host.Join(new FakeSocket("bob", epoch: 4));
        host.Stream.Publish(new MembersRemoved(["bob"]), Added("bob"), new MessagePosted("5"));
        await bob.Until(5);
        bob.Closes.ShouldBeEmpty();
        bob.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_was_removed_between_the_grains_word_and_the_hub_is_not_let_in()
    {
        await using var host = Channel(new ChannelCreated("General"), Added("ann"), Added("bob"));
        var ann = await host.Join(new FakeSocket("ann", epoch: 3));
        host.Stream.Publish(new MembersRemoved(["bob"]), new MessagePosted("5"));
        await ann.Until(5);
        var bob = await host.Join(new FakeSocket("bob", epoch: 3), resume: 3);
        (await bob.Next()).GetProperty("type").GetString().ShouldBe("close");
        bob.Closes.ShouldBe([CloseCode.Removed]);
        bob.Numbers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_the_hub_cannot_tell_what_happened_since_the_grains_word_the_reader_has_to_ask_again()
    {
        await using var host = Channel(new ChannelCreated("General"), Added("bob"), new MembersRemoved(["bob"]), new MessagePosted("4"));
        var bob = new FakeSocket("bob", epoch: 2);
        await host.Join(bob);
        // The hub began at 4 with a view.
        (await bob.Next()).GetProperty("type").GetString().ShouldBe("reattach");
        bob.HasMore.ShouldBeFalse();
    }

    [Fact]
    public async Task A_stream_that_starts_anew_lets_nobody_go_on_unasked()
    {
        await using var host = Channel(new ChannelCreated("General"), Added("bob"));
        var bob = await host.Join(new FakeSocket("bob", epoch: 2));
        await bob.Next("snapshot");
        host.Stream.ResetReaders();
        await bob.Next("reattach");
        host.Stream.Publish(new MessagePosted("3"));
        var ann = await host.Join(new FakeSocket("ann", epoch: 3));
        await ann.Until(3);
        bob.HasMore.ShouldBeFalse();
    }
}
