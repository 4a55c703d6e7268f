using System.Text.Json.Nodes;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>B7: every reason for which somebody is no longer in can happen, is told to them or to the others, and is in the log.</summary>
public sealed class DisconnectTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    /// <param name="Bring">Makes it happen to Ann. The meeting is hers and the host's.</param>
    /// <param name="Code">How her socket ends; null: it breaks, or the meeting only believes so, and the others are told.</param>
    /// <param name="Logged">The event that says so, and its reason where it has one.</param>
    private sealed record Way(Func<DisconnectTests, string, TestClient, TestClient, Task> Bring, CloseCode? Code, string Logged, string? Reason);

    private static readonly Dictionary<LeaveReason, Way> Ways = new()
    {
        [LeaveReason.Left] = new((_, _, _, ann) => ann.Do("leave"), CloseCode.Left, "participant_left", "left"),
        [LeaveReason.Removed] = new((_, _, boss, _) => boss.Do("remove_participant", Ann()), CloseCode.Removed, "participant_left", "removed"),
        [LeaveReason.Banned] = new((_, _, boss, _) => boss.Do("ban_participant", Ann()), CloseCode.Banned, "participant_left", "banned"),
        [LeaveReason.Denied] = new(Deny, CloseCode.Denied, "participant_left", "denied"),
        [LeaveReason.TakenOver] = new(TakeOver, CloseCode.TakenOver, "session_replaced", null),
        [LeaveReason.MeetingEnded] = new((_, _, boss, _) => boss.Do("end_meeting"), CloseCode.MeetingEnded, "meeting_ended", null),
        [LeaveReason.ConnectionLost] = new(Break, null, "participants_disconnected", "connection_lost"),
        [LeaveReason.GatewayLost] = new(LoseGateway, null, "participants_disconnected", "gateway_lost"),
    };

    public static TheoryData<string> Reasons => [.. Enum.GetNames<LeaveReason>()];

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task B7_a_reason_is_reached_told_and_logged(string name)
    {
        var way = Ways[Enum.Parse<LeaveReason>(name)];
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "host", "host");
        await using var ann = await host.Join(meeting, "ann");
        await way.Bring(this, meeting, boss, ann);
        if (way.Code is { } code) (await ann.Closed()).ShouldBe(code);
        else (await boss.Event(way.Logged)).GetProperty("reason").GetString().ShouldBe(way.Reason);
        var logged = (await host.Log(meeting)).EnumerateArray().Where(one => one.GetProperty("type").GetString() == way.Logged).ToArray();
        var entry = logged.ShouldHaveSingleItem();
        if (way.Reason is not null) entry.GetProperty("reason").GetString().ShouldBe(way.Reason);
        if (way.Logged != "meeting_ended") entry.GetRawText().ShouldContain("\"ann\"");
    }

    private static JsonObject Ann() => new() { ["participant"] = "ann" };

    private static async Task Deny(DisconnectTests test, string meeting, TestClient boss, TestClient ann)
    {
        await boss.Do("put_back", Ann());
        await ann.Next("moved");
        await boss.Do("deny_participant", Ann());
    }

    private static async Task TakeOver(DisconnectTests test, string meeting, TestClient boss, TestClient ann)
    {
        await using var phone = await test.Host.Join(meeting, "ann", session: "ann-phone-session");
    }

    private static Task Break(DisconnectTests test, string meeting, TestClient boss, TestClient ann)
    {
        ann.Abort();
        return Task.CompletedTask;
    }

    // As the meeting does when a gateway stops confirming its connections.
    private static async Task LoseGateway(DisconnectTests test, string meeting, TestClient boss, TestClient ann)
    {
        var grain = test.Host.Cluster.GetGrain<IMeetingGrain>(Ids.MeetingKey(GatewayHost.Tenant, meeting));
        var joined = (await grain.Log(0, Limits.LogPage, default)).Events.Select(one => one.Event).OfType<ParticipantJoined>().Single(one => one.Participant == "ann");
        var lost = new Disconnect([new Connection("ann", joined.Session, joined.Connection)], LeaveReason.GatewayLost);
        (await grain.Execute(new Request(CommandId.OfKey("lost"), Caller.System, lost), default)).ShouldBeOfType<Accepted>();
    }

    private GatewayHost Host => host;
}
