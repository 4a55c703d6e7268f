using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

/// <summary>B5: view-only attendees raise their hands to be promoted, as in a webinar.</summary>
public sealed class AttendeeHandTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Fact]
    public async Task B5_an_attendee_raises_a_hand_keeps_it_over_a_reconnect_and_is_promoted()
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "boss", "host");
        await using var ann = await host.Join(meeting, "ann");
        await using var other = await host.Join(meeting, "other", "attendee");
        await using (var eye = await host.Join(meeting, "eye", "attendee"))
        {
            (await eye.Next("own")).GetProperty("participant").GetProperty("name").GetString().ShouldNotBeNull();
            // Its answer and its event come in any order.
            await eye.Send("""{"type":"raise_hand","id":1}""");
            (await eye.Event("hand_raised")).GetProperty("participant").GetString().ShouldBe("eye");
        }
        foreach (var one in new[] { boss, ann }) (await one.Event("hand_raised")).GetProperty("name").GetString().ShouldNotBeNull();
        var view = await host.Get($"/v1/meetings/{meeting}");
        view.GetProperty("hands").EnumerateArray().Select(hand => hand.GetString()).ShouldBe(["eye"]);
        view.GetProperty("attendeeHands")[0].GetProperty("id").GetString().ShouldBe("eye");
        await using var again = await host.Join(meeting, "eye", "attendee");
        (await again.Next("own")).GetProperty("hand").GetBoolean().ShouldBeTrue();
        await boss.Do("change_role", new JsonObject { ["participant"] = "eye", ["role"] = "participant" });
        (await ann.Event("role_changed")).GetProperty("people")[0].GetProperty("id").GetString().ShouldBe("eye");
        var promoted = await again.Next(message => message.GetProperty("type").GetString() == "snapshot" && message.GetProperty("stream").GetString() == "meeting");
        promoted.GetProperty("view").GetProperty("hands").EnumerateArray().Select(hand => hand.GetString()).ShouldBe(["eye"]);
        await boss.Do("next_speaker");
        (await again.Event("turn_granted")).GetProperty("participant").GetString().ShouldBe("eye");
        other.Seen("hand_raised").ShouldBeFalse();
        foreach (var one in new[] { boss, ann, other, again }) one.Faults.ShouldBeEmpty();
    }
}
