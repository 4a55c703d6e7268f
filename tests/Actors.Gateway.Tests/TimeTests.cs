
namespace Actors.Gateway.Tests;

/// <summary>What time does to sockets; the gateway's clock is the test's.</summary>
public sealed class TimeTests : IAsyncLifetime
{
    private static readonly SocketOptions Limits = new();

    private readonly ManualTime _time = new();
    private readonly GatewayHost _host;

    public TimeTests() => _host = new GatewayHost(_time);

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Who_says_no_hello_is_closed()
    {
        await using var client = await TestClient.Connect(_host.Socket);
        // A refused message shows that the server has the socket, before time moves.
        await client.Send("{\"type\":\"hello\",\"token\":\"x\",\"session\":\"12345678\"}");
        (await client.Closed()).ShouldBe(CloseCode.Unauthenticated);
        await using var silent = await TestClient.Connect(_host.Socket);
        // Time goes on until the server has had the socket for long enough, whenever it took it.
        var closed = silent.Closed();
        await Until(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return closed.IsCompleted;
        });
        (await closed).ShouldBe(CloseCode.HelloTimeout);
    }

    [Fact]
    public async Task P5_a_silent_client_is_asked_and_then_disconnected_and_one_that_answers_is_not()
    {
        var meeting = await _host.NewMeeting();
        await using var silent = await _host.Join(meeting, "silent", "host");
        await using var alive = await _host.Join(meeting, "alive");
        _time.Advance(TimeSpan.FromSeconds(Limits.HeartbeatSeconds));
        await silent.Next("ping");
        await alive.Next("ping");
        await alive.Send("{\"type\":\"pong\"}");
        (await alive.Do("raise_hand")).GetProperty("type").GetString().ShouldBe("accepted");
        _time.Advance(TimeSpan.FromSeconds(Limits.HeartbeatSeconds));
        (await silent.Closed()).ShouldBe(CloseCode.HeartbeatTimeout);
        var lost = await alive.Event("participants_disconnected");
        lost.GetProperty("participants").EnumerateArray().Select(one => one.GetString()).ShouldBe(["silent"]);
    }

    [Fact]
    public async Task A_token_that_expires_keeps_nobody_new_in()
    {
        var meeting = await _host.NewMeeting();
        var token = await _host.Token(meeting, "ann", ttl: 60);
        _time.Advance(TimeSpan.FromSeconds(61));
        await using var client = await TestClient.Connect(_host.Socket);
        await client.Hello(token, "ann-session");
        (await client.Closed()).ShouldBe(CloseCode.TokenExpired);
    }

    [Fact]
    public async Task A_silent_user_outside_meetings_is_asked_and_then_disconnected_too()
    {
        await using var silent = await _host.Outside("ann");
        _time.Advance(TimeSpan.FromSeconds(Limits.HeartbeatSeconds));
        await silent.Next("ping");
        _time.Advance(TimeSpan.FromSeconds(Limits.HeartbeatSeconds));
        (await silent.Closed()).ShouldBe(CloseCode.HeartbeatTimeout);
    }

    [Fact]
    public async Task A_users_token_that_expires_begins_no_session_and_ends_none()
    {
        var token = await _host.UserToken("ann", ttl: 20);
        await using var before = await TestClient.Connect(_host.Socket);
        await before.Hello(token, "ann-session");
        await before.Next("welcome");
        _time.Advance(TimeSpan.FromSeconds(21));
        await using var after = await TestClient.Connect(_host.Socket);
        await after.Hello(token, "ann-session-2");
        (await after.Closed()).ShouldBe(CloseCode.TokenExpired);
        await before.Send("{\"type\":\"ping\"}");
        await before.Next("pong");
    }

    [Fact]
    public async Task A_stopping_gateway_sends_its_sockets_elsewhere()
    {
        var meeting = await _host.NewMeeting();
        await using var ann = await _host.Join(meeting, "ann");
        await using var bob = await _host.Outside("bob");
        var stopping = _host.StopGateway();
        (await ann.Closed()).ShouldBe(CloseCode.GoingAway);
        (await bob.Closed()).ShouldBe(CloseCode.GoingAway);
        // The drain looks again after a step of its clock.
        await Until(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return stopping.IsCompleted;
        });
    }

    private static async Task Until(Func<bool> reached)
    {
        for (var begun = TimeProvider.System.GetTimestamp(); !reached() && TimeProvider.System.GetElapsedTime(begun) < FakeSocket.Patience;) await Task.Yield();
        reached().ShouldBeTrue();
    }
}
