using Actors.Load.Client;
using Actors.Load.Processes;
using Shouldly;
using Xunit;

namespace Actors.Load.Tests;

/// <summary>How a client gets over broken connections, against a server that does what the test says.</summary>
public sealed class MeetingClientTests
{
    private const string Session = "session-1";

    [Fact]
    public async Task P3_unanswered_commands_are_repeated_in_order_with_their_ids_before_new_ones()
    {
        await using var server = await ScriptedServer.Start();
        var (client, first) = await Join(server);
        var one = client.Send(Command.RaiseHand(), default);
        var two = client.Send(Command.Post("main", "two"), default);
        var (oneBefore, twoBefore) = (await first.Read(), await first.Read());
        first.Break();
        var second = await server.NextConnection();
        var three = client.Send(Command.LowerHand(), default);
        await second.Welcome();

        (await second.Read()).ShouldBe(oneBefore);
        (await second.Read()).ShouldBe(twoBefore);
        (await second.Read()).ShouldContain("\"id\":3");
        oneBefore.ShouldBe("""{"type":"raise_hand","id":1,"place":"main"}""");

        await second.Say("""{"type":"accepted","id":2,"stream":"thread/main","from":5,"to":5,"repeat":true}""");
        await second.Say("""{"type":"refused","id":3,"reason":"not_allowed"}""");
        await second.Say("""{"type":"accepted","id":1,"stream":"meeting","from":7,"to":8}""");
        (await one).ShouldBe(new Answer(true, "meeting", 7, 8));
        (await two).ShouldBe(new Answer(true, "thread/main", 5, 5, Repeat: true));
        (await three).Reason.ShouldBe("not_allowed");
        await client.Vanish();
    }

    [Fact]
    public async Task P4_a_client_resumes_its_session_from_the_numbers_that_it_has()
    {
        await using var server = await ScriptedServer.Start();
        var (client, first) = await Join(server);
        await first.Say("""{"type":"snapshot","stream":"meeting","at":12,"view":{"number":12}}""");
        await first.Say("""{"type":"snapshot","stream":"room/r1-1","at":3,"view":{}}""");
        await first.Say("""{"type":"events","stream":"meeting","from":13,"to":15,"events":[{"number":14,"at":1,"type":"hand_raised","participant":"ann"}]}""");
        await first.Say("""{"type":"detached","stream":"room/r1-1"}""");
        await Echo(client, first);
        first.Break();
        var second = await server.NextConnection();

        (await second.Welcome()).ShouldBe("""{"type":"hello","token":"token","session":"session-1","resume":{"meeting":15}}""");

        await second.Say("""{"type":"events","stream":"meeting","from":16,"to":16,"events":[]}""");
        await second.Say("""{"type":"moved","place":"r1-1","number":16}""");
        await Echo(client, second);
        client.Continuity.Findings.ShouldBeEmpty();
        client.Continuity.Delivered.ShouldBe(1);
        (client.MeetingNumber, client.Place).ShouldBe((16, "r1-1"));
        await client.Vanish();
    }

    [Fact]
    public async Task A_close_code_that_is_final_ends_the_session_and_what_waits()
    {
        await using var server = await ScriptedServer.Start();
        var (client, first) = await Join(server);
        var waiting = client.Send(Command.RaiseHand(), default);
        await first.Read();

        await first.Close(4011);

        (await waiting).Reason.ShouldBe("closed");
        client.ClosedFor.ShouldBe(4011);
        (await client.Send(Command.RaiseHand(), default)).Reason.ShouldBe("closed");
        await client.Vanish();
    }

    [Fact]
    public async Task A_refused_hello_fails_the_join()
    {
        await using var server = await ScriptedServer.Start();
        var client = Client(server);
        var join = client.Join(default);
        var side = await server.NextConnection();
        await side.Read();

        await side.Close(4001);

        (await join.ShouldThrowAsync<LoadException>()).Message.ShouldContain("4001");
        await client.Vanish();
    }

    [Fact]
    public async Task A_message_that_breaks_the_protocol_is_a_fault()
    {
        await using var server = await ScriptedServer.Start();
        var (client, first) = await Join(server);
        var waiting = client.Send(Command.RaiseHand(), default);

        await first.Say("""{"type":"surprise"}""");

        (await waiting).Reason.ShouldBe("closed");
        client.Fault.ShouldNotBeNull().ShouldContain("surprise");
        await client.Vanish();
    }

    private static MeetingClient Client(ScriptedServer server) => new(server.Setup, "m1", "ann", "token", Session, new Random(1));

    private static async Task<(MeetingClient, ServerSide)> Join(ScriptedServer server)
    {
        var client = Client(server);
        var join = client.Join(default);
        var side = await server.NextConnection();
        await side.Welcome();
        await join;
        return (client, side);
    }

    /// <summary>A command and its answer: everything said before has been handled by then.</summary>
    private static async Task Echo(MeetingClient client, ServerSide side)
    {
        var answer = client.Send(Command.RaiseHand(), default);
        var id = (await side.Read()).Split("\"id\":")[1].Split(',')[0];
        await side.Say($$"""{"type":"accepted","id":{{id}},"stream":"meeting","from":1,"to":1}""");
        await answer;
    }
}
