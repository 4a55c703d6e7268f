using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>Readers who come to a hub with a number: what they resume from, and what they were told is durable.</summary>
public sealed class HubResumeTests
{
    [Fact]
    public async Task P4_resuming_from_a_number_gets_exactly_the_missing_events()
    {
        await using var host = new HubHost(new FakeStream());
        var ann = await host.Join("ann");
        for (var i = 0; i < 20; i++) host.Stream.Publish(new HandRaised("ann"));
        await ann.Until(21);
        host.Stream.Publish(new ParticipantReconnected("ann", "ann-session", "second", "gw"));
        var again = await host.Join(new FakeSocket("ann", 22, connection: "second"), resume: 7);
        await again.Until(22);
        again.Faults.ShouldBeEmpty();
        again.Numbers.ShouldBe(Enumerable.Range(8, 15).Select(number => (long)number));
    }

    [Fact]
    public async Task P4_a_fresh_hub_reads_back_to_the_number_of_who_resumes()
    {
        var stream = new FakeStream { Show = (_, number) => FakeStream.Meeting(number, new ParticipantView("ann", "Ann")) };
        stream.Publish(HubHost.Joined("ann"));
        for (var i = 0; i < 20; i++) stream.Publish(new HandRaised("ann"));
        await using var host = new HubHost(stream);
        var ann = await host.Join(new FakeSocket("ann", 21), resume: 5);
        await ann.Until(21);
        ann.Numbers.ShouldBe(Enumerable.Range(6, 16).Select(number => (long)number));
    }

    [Fact]
    public async Task Resuming_from_before_the_streams_memory_gets_a_snapshot()
    {
        var stream = new FakeStream { Show = (_, number) => FakeStream.Meeting(number, new ParticipantView("ann", "Ann")) };
        for (var i = 0; i < 20; i++) stream.Publish(new HandRaised("ann"));
        stream.Forget(10);
        await using var host = new HubHost(stream);
        var ann = await host.Join(new FakeSocket("ann", 20), resume: 5);
        (await ann.Next("snapshot")).GetProperty("at").GetInt64().ShouldBe(20);
    }

    [Fact]
    public async Task P4_what_was_resumed_before_leaving_a_stream_does_not_continue_it_after_it_was_entered_again()
    {
        var shown = new TaskCompletionSource();
        var stream = new FakeStream { Show = (_, number) => new ThreadView(number, false, 0, 0, 0), Shown = shown.Task };
        for (var i = 0; i < 20; i++) stream.Publish(new MessagePosted("hello"));
        await using var host = new HubHost(stream, StreamKind.Thread);
        var ann = new FakeSocket("ann");
        // Still to be read when she leaves the room, and comes back to it.
        var resumed = host.Join(ann, resume: 15);
        host.Hub.Leave(ann).ShouldBe(0);
        ann.Detached();
        var back = host.Join(ann);
        shown.SetResult();
        await Task.WhenAll(resumed, back);
        (await ann.Next("snapshot")).GetProperty("at").GetInt64().ShouldBe(20);
        ann.Faults.ShouldBeEmpty();
        host.Hub.Leave(ann).ShouldBe(20);
    }

    [Fact]
    public async Task P4_a_grain_that_steps_down_has_not_forgotten_what_a_reader_resumes_from()
    {
        var stream = new FakeStream { Show = (_, number) => new ThreadView(number, false, 0, 0, 0) };
        for (var i = 0; i < 20; i++) stream.Publish(new MessagePosted("hello"));
        await using var host = new HubHost(stream, StreamKind.Thread);
        stream.StepDown();
        await Should.ThrowAsync<TimeoutException>(host.Join(new FakeSocket("ann"), resume: 15));
        // As a socket does then.
        var ann = await host.Join(new FakeSocket("ann"), resume: 15);
        await ann.Until(20);
        ann.Numbers.ShouldBe([16, 17, 18, 19, 20]);
    }

    [Fact]
    public async Task Resuming_over_a_change_of_class_gets_a_snapshot()
    {
        await using var host = new HubHost(new FakeStream());
        var ann = await host.Join("ann");
        host.Stream.Publish(new RoleChanged("ann", Role.Host), new ParticipantReconnected("ann", "ann-session", "second", "gw"));
        await ann.Next("snapshot");
        var again = await host.Join(new FakeSocket("ann", 3, connection: "second"), resume: 1);
        await again.Next("snapshot");
    }

    [Fact]
    public async Task P9_no_snapshot_is_older_than_what_its_reader_was_told_is_durable()
    {
        await using var host = new HubHost(new FakeStream(), StreamKind.Thread);
        host.Stream.Show = (_, number) => new ThreadView(number, false, 0, 0, 0);
        var first = await host.Join(new FakeSocket("ann"));
        (await first.Next("snapshot")).GetProperty("at").GetInt64().ShouldBe(0);
        // The view that all share is of before; ann's message is stored, and her socket told so, before the hub has read it.
        host.Stream.Publish(new MessagePosted("hello"), new MessagePosted("again"));
        var back = await host.Join(new FakeSocket("ann", connection: "second") { Told = 2 });
        (await back.Next("snapshot")).GetProperty("at").GetInt64().ShouldBe(2);
        host.Stream.Asked[^1].ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task P9_a_number_that_this_gateway_has_not_read_yet_is_asked_for(bool asResume)
    {
        await using var host = new HubHost(new FakeStream(), StreamKind.Thread);
        host.Stream.Show = (_, number) => new ThreadView(number, false, 0, 0, 0);
        await (await host.Join(new FakeSocket("bob"))).Next("snapshot");
        host.Stream.Behind = 0;
        host.Stream.Publish(new MessagePosted("hello"), new MessagePosted("again"));
        var ann = await host.Join(new FakeSocket("ann") { Says = asResume ? 0 : 2 }, resume: asResume ? 2 : null);
        // Resumed, there may be nothing left to send.
        if (!asResume) (await ann.Next("snapshot")).GetProperty("at").GetInt64().ShouldBe(2);
        ann.Last.ShouldBe(2);
        ann.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_number_that_never_was_costs_one_view_and_no_connection()
    {
        await using var host = new HubHost(new FakeStream(), StreamKind.Thread);
        host.Stream.Show = (_, number) => new ThreadView(number, false, 0, 0, 0);
        host.Stream.Publish(new MessagePosted("hello"));
        var views = host.Stream.Views;
        var eve = await host.Join(new FakeSocket("eve") { Says = 1_000_000 });
        (await eve.Next("snapshot")).GetProperty("at").GetInt64().ShouldBe(1);
        eve.Closes.ShouldBeEmpty();
        (host.Stream.Views - views).ShouldBeLessThanOrEqualTo(2);
    }
}
