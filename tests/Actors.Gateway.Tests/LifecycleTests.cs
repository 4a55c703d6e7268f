using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

/// <summary>FEATURES A and C as clients and backends see them.</summary>
public sealed class LifecycleTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static int _next;

    private static string NewId() => $"life{Interlocked.Increment(ref _next)}";

    [Fact]
    public async Task A3_a_passcode_lets_in_who_says_it_and_closes_the_socket_of_who_does_not()
    {
        var id = NewId();
        await host.Post("/v1/meetings", new JsonObject { ["id"] = id, ["title"] = "Secret", ["passcode"] = "blue 42" });
        var token = await host.Token(id, "ben");
        await using var wrong = await TestClient.Connect(host.Socket);
        await wrong.Send(new JsonObject { ["type"] = "hello", ["token"] = token, ["session"] = "ben-session", ["passcode"] = "red" });
        (await wrong.Closed()).ShouldBe(CloseCode.WrongPasscode);
        await using var right = await TestClient.Connect(host.Socket);
        await right.Send(new JsonObject { ["type"] = "hello", ["token"] = token, ["session"] = "ben-session", ["passcode"] = "blue 42" });
        await right.Follows("meeting");
        await using var ann = await host.Join(id, "ann", "host");
        (await ann.Do("set_passcode")).GetProperty("type").GetString().ShouldBe("accepted");
        (await right.Event("passcode_changed")).TryGetProperty("hash", out _).ShouldBeFalse();
        (await host.Log(id)).GetRawText().ShouldNotContain("hash");
    }

    [Fact]
    public async Task A5_lists_are_read_over_HTTP_by_status_and_tag_in_pages()
    {
        var tag = NewId();
        string[] ids = [NewId(), NewId(), NewId()];
        for (var i = 0; i < ids.Length; i++)
            await host.Post("/v1/meetings", new JsonObject
            {
                ["id"] = ids[i],
                ["title"] = "Listed",
                ["tags"] = new JsonArray(tag),
                ["schedule"] = new JsonObject { ["start"] = $"2027-03-0{i + 1}T09:00:00+01:00", ["durationMinutes"] = 45, ["timeZone"] = "Europe/Berlin" },
            });
        var page = await host.Get($"/v1/meetings?status=scheduled&tag={tag}&limit=2");
        Ids(page).ShouldBe(ids[..2]);
        page.GetProperty("meetings")[0].GetProperty("schedule").GetProperty("timeZone").GetString().ShouldBe("Europe/Berlin");
        Ids(await host.Get($"/v1/meetings?status=scheduled&tag={tag}&limit=2&after={Uri.EscapeDataString(page.GetProperty("next").GetString()!)}")).ShouldBe(ids[2..]);
        await host.Command(ids[0], new JsonObject { ["type"] = "cancel_meeting" });
        for (var patience = 0; ; patience++)
        {
            var past = await host.Get($"/v1/meetings?status=past&tag={tag}");
            if (Ids(past).Length == 1)
            {
                past.GetProperty("meetings")[0].GetProperty("cancelled").GetBoolean().ShouldBeTrue();
                break;
            }
            patience.ShouldBeLessThan(10_000);
        }
    }

    [Theory]
    [InlineData("status=gone")]
    [InlineData("status=live&limit=0")]
    [InlineData("status=live&limit=101")]
    [InlineData("status=live&tag=")]
    [InlineData("status=live&after=%20")]
    [InlineData("status=live&after=%C3%BC")]
    public async Task P10_a_bad_question_about_lists_is_refused(string query)
    {
        var response = await host.Http.GetAsync("/v1/meetings?" + query);
        ((int)response.StatusCode).ShouldBe(422);
        (await response.Content.ReadAsStringAsync()).ShouldContain("invalid_argument");
    }

    [Fact]
    public async Task A1_a_token_of_a_series_joins_the_current_occurrence()
    {
        var id = NewId();
        await host.Post("/v1/meetings", new JsonObject { ["id"] = id, ["title"] = "Class", ["persistent"] = true });
        var ann = await host.Join(id, "ann", "host");
        await ann.Do("end_meeting");
        (await ann.Closed()).ShouldBe(CloseCode.MeetingEnded);
        await ann.DisposeAsync();
        for (var patience = 0; Ids(await host.Get($"/v1/meetings/{id}/occurrences")).Length < 2; patience++) patience.ShouldBeLessThan(10_000);
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(id, "ann", "host"), "ann-session", new JsonObject { ["meeting"] = 3 });
        (await again.Next("welcome")).GetProperty("meeting").GetString().ShouldBe(id + "--2");
        // Streams begin in any order.
        var meeting = await again.Next(message => message.GetProperty("type").GetString() == "snapshot" && message.GetProperty("stream").GetString() == "meeting");
        meeting.GetProperty("view").GetProperty("series").GetProperty("number").GetInt32().ShouldBe(2);
        again.Faults.ShouldBeEmpty();
        var reserved = await host.Http.PostAsync("/v1/meetings", new StringContent($$"""{"id":"{{id}}--7","title":"x"}""", System.Text.Encoding.UTF8, "application/json"));
        ((int)reserved.StatusCode).ShouldBe(422);
    }

    [Fact]
    public async Task B4_who_was_removed_does_not_get_into_any_later_occurrence_with_the_same_token()
    {
        var id = NewId();
        await host.Post("/v1/meetings", new JsonObject { ["id"] = id, ["title"] = "Class", ["persistent"] = true });
        foreach (var occurrence in new[] { id, id + "--2" })
        {
            var name = occurrence == id ? "mal" : "eve";
            var token = await host.Token(id, name);
            await using (var ann = await host.Join(id, "ann", "host"))
            {
                await using var removed = await TestClient.Connect(host.Socket);
                await removed.Hello(token, name + "-session");
                await removed.Next("welcome");
                (await ann.Do("remove_participant", new JsonObject { ["participant"] = name })).GetProperty("type").GetString().ShouldBe("accepted");
                (await removed.Closed()).ShouldBe(CloseCode.Removed);
                await ann.Do("end_meeting");
                (await ann.Closed()).ShouldBe(CloseCode.MeetingEnded);
            }
            var next = occurrence == id ? id + "--2" : id + "--3";
            for (var patience = 0; !await Knows(next, name); patience++) patience.ShouldBeLessThan(10_000);
            // Of mal the occurrence knows that the token names; of eve only the one that is current.
            (await Shown(token, name)).ShouldBe(CloseCode.TokenRevoked);
        }
        // A token that was issued since counts again.
        await using var mal = await host.Join(id, "mal");
        mal.Faults.ShouldBeEmpty();

        // Told to the moderators of the next one; its log is there once it is.
        async Task<bool> Knows(string meeting, string participant)
        {
            using var log = await host.Http.GetAsync($"/v1/meetings/{meeting}/events");
            var text = await log.Content.ReadAsStringAsync();
            return log.IsSuccessStatusCode && text.Contains("removals_carried", StringComparison.Ordinal) && text.Contains(participant, StringComparison.Ordinal);
        }

        async Task<CloseCode> Shown(string token, string participant)
        {
            await using var client = await TestClient.Connect(host.Socket);
            await client.Hello(token, participant + "-again");
            return await client.Closed();
        }
    }

    [Fact]
    public async Task C1_and_C3_people_at_home_elsewhere_wait_hear_the_message_and_are_admitted()
    {
        var id = await host.NewMeeting(new JsonObject { ["waitingRoom"] = "unknown_tenants" });
        await using var ann = await host.Join(id, "ann", "host");
        var made = await host.Post($"/v1/meetings/{id}/tokens", new JsonObject { ["participant"] = "eve", ["name"] = "Eve", ["home"] = "elsewhere" });
        await using var eve = await TestClient.Connect(host.Socket);
        await eve.Hello(made.GetProperty("token").GetString()!, "eve-session");
        (await eve.Next("welcome")).GetProperty("place").GetString().ShouldBe("waiting");
        await eve.Follows("meeting");
        await ann.Do("message_waiting", new JsonObject { ["text"] = "We begin soon" });
        (await eve.Event("waiting_messaged")).GetProperty("text").GetString().ShouldBe("We begin soon");
        await ann.Do("admit_all");
        (await eve.Next("moved")).GetProperty("place").GetString().ShouldBe("main");
        eve.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A2_who_comes_before_the_host_waits_on_an_open_socket_and_is_let_in_with_the_start_or_closed_with_the_end()
    {
        var id = await host.NewMeeting(new JsonObject { ["waitForHost"] = true, ["waitingRoom"] = "guests" });
        await using var ben = await host.Join(id, "ben");
        await using var eve = await host.Join(id, "eve", guest: true);
        (await host.Get($"/v1/meetings/{id}")).GetProperty("status").GetString().ShouldBe("created");
        await using (var ann = await host.Join(id, "ann", "host"))
        {
            (await ben.Next("moved")).GetProperty("place").GetString().ShouldBe("main");
            await ben.Follows("thread/main");
            (await ben.Do("raise_hand")).GetProperty("type").GetString().ShouldBe("accepted");
            await eve.Event("meeting_started");
            (await eve.Do("raise_hand")).GetProperty("reason").GetString().ShouldBe("waiting");
            await ann.Do("admit_all");
            (await eve.Next("moved")).GetProperty("place").GetString().ShouldBe("main");
        }
        foreach (var client in new[] { ben, eve }) client.Faults.ShouldBeEmpty();
        foreach (var end in new[] { "end_meeting", "cancel_meeting" })
        {
            var other = await host.NewMeeting(new JsonObject { ["waitForHost"] = true });
            await using var cem = await host.Join(other, "cem");
            await host.Command(other, new JsonObject { ["type"] = end });
            (await cem.Closed()).ShouldBe(CloseCode.MeetingEnded, end);
        }
    }

    [Fact]
    public async Task A4_metadata_and_tags_are_told_to_everybody_when_they_change()
    {
        var id = await host.NewMeeting();
        await using var ann = await host.Join(id, "ann", "host");
        await using var ben = await host.Join(id, "ben");
        await ann.Do("change_metadata", new JsonObject { ["set"] = new JsonObject { ["course"] = "p1" } });
        (await ben.Event("metadata_changed")).GetProperty("set").GetProperty("course").GetString().ShouldBe("p1");
        await ann.Do("change_tags", new JsonObject { ["tags"] = new JsonArray("physics") });
        (await ben.Event("tags_changed")).GetProperty("tags")[0].GetString().ShouldBe("physics");
    }

    [Fact]
    public async Task A3_reactions_that_are_switched_off_are_refused_moderators_excepted_and_a_new_name_is_told_to_everybody()
    {
        var id = await host.NewMeeting();
        await using var ann = await host.Join(id, "ann", "host");
        await using var ben = await host.Join(id, "ben");
        await ben.Do("rename_participant", new JsonObject { ["name"] = "Benjamin" });
        (await ann.Event("participant_renamed")).GetProperty("name").GetString().ShouldBe("Benjamin");
        await ann.Do("change_settings", new JsonObject { ["settings"] = new JsonObject { ["mayReact"] = false } });
        await ben.Event("settings_changed");
        JsonObject Clap() => new() { ["type"] = "signal", ["signal"] = new JsonObject { ["type"] = "reaction", ["reaction"] = "👏" } };
        await ben.Send(Clap());
        (await ben.Next("refused")).GetProperty("reason").GetString().ShouldBe("not_allowed");
        await ann.Send(Clap());
        (await ben.Next("signals")).GetProperty("signals")[0].GetProperty("participant").GetString().ShouldBe("ann");
    }

    private static string[] Ids(JsonElement page) => [.. page.GetProperty("meetings").EnumerateArray().Select(one => one.GetProperty("id").GetString()!)];
}
