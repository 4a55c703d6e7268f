using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>A1: plans of series, and what is ahead in them, as backends and clients see them.</summary>
public sealed class SeriesTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static int _next;

    private static JsonObject Schedule(string start, JsonObject repeats) =>
        new() { ["start"] = start, ["durationMinutes"] = 45, ["timeZone"] = "Europe/Berlin", ["repeats"] = repeats };

    // On Mondays and Wednesdays at nine, from Monday 4 October 2190 (still summer time) on unless said otherwise.
    private async Task<string> Series(string start = "2190-10-04T09:00:00+02:00")
    {
        var id = $"series{Interlocked.Increment(ref _next)}";
        await host.Post("/v1/meetings", new JsonObject
        {
            ["id"] = id,
            ["title"] = "Class",
            ["schedule"] = Schedule(start, new JsonObject { ["every"] = "weekly", ["days"] = new JsonArray("monday", "wednesday") }),
        });
        return id;
    }

    private static string[] Starts(JsonElement page) => [.. page.GetProperty("planned").EnumerateArray().Select(one => one.GetProperty("start").GetString()!)];

    private async Task Refused(HttpStatusCode status, string reason, string meeting, JsonObject command)
    {
        using var response = await host.Http.PostAsJsonAsync($"/v1/meetings/{meeting}/commands", command);
        response.StatusCode.ShouldBe(status);
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("reason").GetString().ShouldBe(reason);
    }

    private static JsonObject Skip(string start) => new() { ["type"] = "skip_occurrence", ["start"] = start };

    private static JsonObject Move(string start, string to) => new() { ["type"] = "move_occurrence", ["start"] = start, ["to"] = to };

    [Fact]
    public async Task A1_occurrences_ahead_are_listed_in_pages_skipped_and_moved_over_HTTP()
    {
        var id = await Series();
        var page = await host.Get($"/v1/meetings/{id}/occurrences?from=2000-01-01T00:00:00Z&limit=3");
        page.GetProperty("meetings").EnumerateArray().Single().GetProperty("id").GetString().ShouldBe(id);
        Starts(page).ShouldBe(["2190-10-06T09:00:00+02:00", "2190-10-11T09:00:00+02:00", "2190-10-13T09:00:00+02:00"]);
        var first = page.GetProperty("planned")[0];
        (first.GetProperty("durationMinutes").GetInt32(), first.GetProperty("timeZone").GetString()).ShouldBe((45, "Europe/Berlin"));
        first.TryGetProperty("planned", out _).ShouldBeFalse();
        Starts(await host.Get($"/v1/meetings/{id}/occurrences?limit=1&from={page.GetProperty("next").GetString()}")).ShouldBe(["2190-10-18T09:00:00+02:00"]);

        await host.Command(id, Skip("2190-10-06T07:00:00Z"));
        await host.Command(id, Move("2190-10-13T09:00:00+02:00", "2190-10-07T12:30:00Z"));
        page = await host.Get($"/v1/meetings/{id}/occurrences?from=2190-10-04T09:00:00.5Z&limit=2");
        Starts(page).ShouldBe(["2190-10-07T14:30:00+02:00", "2190-10-11T09:00:00+02:00"]);
        page.GetProperty("planned")[0].GetProperty("planned").GetString().ShouldBe("2190-10-13T09:00:00+02:00");
        var exceptions = (await host.Get($"/v1/meetings/{id}")).GetProperty("series").GetProperty("exceptions");
        exceptions.GetRawText().ShouldBe("""[{"start":"2190-10-06T09:00:00+02:00"},{"start":"2190-10-13T09:00:00+02:00","to":"2190-10-07T14:30:00+02:00"}]""");

        await host.Command(id, new JsonObject { ["type"] = "end_meeting" });
        for (var patience = 0; ; patience++)
        {
            var occurrences = (await host.Get($"/v1/meetings/{id}/occurrences")).GetProperty("meetings");
            if (occurrences.GetArrayLength() == 2)
            {
                occurrences[0].GetProperty("schedule").GetProperty("start").GetString().ShouldBe("2190-10-07T14:30:00+02:00");
                break;
            }
            patience.ShouldBeLessThan(10_000);
        }
        page = await host.Get($"/v1/meetings/{id}/occurrences?from=2190-10-31T00:00&limit=1");
        page.GetProperty("meetings").EnumerateArray().Single().GetProperty("id").GetString().ShouldBe(id + "--2");
        Starts(page).ShouldBe(["2190-11-01T09:00:00+01:00"]);
        await Refused(HttpStatusCode.Conflict, "meeting_ended", id, Skip("2190-11-01T09:00:00+01:00"));
        await host.Command(id + "--2", Skip("2190-11-01T09:00:00+01:00"));
    }

    [Fact]
    public async Task A1_what_cannot_be_skipped_or_moved_is_refused_by_name()
    {
        var id = await Series("2001-01-01T09:00:00+01:00");
        await Refused(HttpStatusCode.NotFound, "unknown_occurrence", id, Skip("2190-10-07T09:00:00+02:00"));
        await Refused(HttpStatusCode.Conflict, "occurrence_past", id, Skip("2001-01-03T09:00:00+01:00"));
        await Refused(HttpStatusCode.Conflict, "occurrence_past", id, Move("2001-01-03T09:00:00+01:00", "2190-10-07T09:00:00+02:00"));
        await Refused(HttpStatusCode.UnprocessableEntity, "invalid_argument", id, Skip("soon"));
        var plain = await host.NewMeeting();
        await Refused(HttpStatusCode.UnprocessableEntity, "invalid_argument", plain, Skip("2190-10-07T09:00:00+02:00"));
        (await host.Get($"/v1/meetings/{id}/occurrences?from=2000-01-01T00:00Z&limit=1")).GetProperty("planned").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"every":"weekly","days":[]}""", "schedule.repeats.days")]
    [InlineData("""{"every":"weekly","days":["tuesday"]}""", "schedule.start")]
    [InlineData("""{"every":"daily","days":["monday"]}""", "schedule.repeats.days")]
    [InlineData("""{"every":"monthly","weekday":"monday"}""", "schedule.repeats.weekday")]
    [InlineData("""{"every":"monthly","weekday":"monday","week":5}""", "schedule.repeats.week")]
    [InlineData("""{"every":"monthly","day":32}""", "schedule.repeats.day")]
    [InlineData("""{"every":"weekly","days":["montag"]}""", "schedule.repeats.days")]
    public async Task P10_a_plan_that_means_nothing_is_refused_and_the_field_named(string repeats, string field)
    {
        var body = new JsonObject { ["title"] = "Class", ["schedule"] = Schedule("2190-10-04T09:00:00+02:00", JsonNode.Parse(repeats)!.AsObject()) };
        using var response = await host.Http.PostAsJsonAsync("/v1/meetings", body);
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await response.Content.ReadAsStringAsync()).ShouldContain(field);
    }

    [Theory]
    [InlineData("from=")]
    [InlineData("from=tomorrow")]
    [InlineData("from=7")]
    [InlineData("from=2190-13-01T09:00:00Z")]
    [InlineData("from=2190-10-07T09:00:00Z&after=x")]
    [InlineData("from=2190-10-07T09:00:00Z&limit=0")]
    [InlineData("from=2190-10-07T09:00:00Z&limit=101")]
    [InlineData("from=2190-10-07T09:00:00Z&limit=x")]
    public async Task P10_a_bad_question_about_what_is_ahead_is_refused(string query)
    {
        using var response = await host.Http.GetAsync($"/v1/meetings/{await Series()}/occurrences?{query}");
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await response.Content.ReadAsStringAsync()).ShouldContain("invalid_argument");
    }

    [Fact]
    public async Task P8_a_page_ahead_is_bounded_and_of_its_own_tenant_s_series()
    {
        var id = await Series();
        (await host.Get($"/v1/meetings/{id}/occurrences?from=0001-01-01T00:00:00Z")).GetProperty("planned").GetArrayLength().ShouldBe(Limits.ListPage);
        (await host.Get($"/v1/meetings/{id}/occurrences?from=9999-12-31T23:59:59Z")).GetProperty("planned").GetArrayLength().ShouldBe(0);
        foreach (var unknown in new[] { "none", id + "--2" })
        {
            using var response = await host.Http.GetAsync($"/v1/meetings/{unknown}/occurrences?from=2190-10-07T09:00:00Z");
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A1_a_host_skips_and_moves_over_the_socket_and_everybody_inside_is_told()
    {
        var id = await Series();
        await using var ann = await host.Join(id, "ann", "host");
        await using var cem = await host.Join(id, "cem", "co_host");
        await using var ben = await host.Join(id, "ben");
        (await cem.Do("skip_occurrence", Skip("2190-10-06T09:00:00+02:00"))).GetProperty("reason").GetString().ShouldBe("not_allowed");
        (await ann.Do("skip_occurrence", Skip("2190-10-06T09:00:00+02:00"))).GetProperty("type").GetString().ShouldBe("accepted");
        (await ben.Event("occurrence_skipped")).GetProperty("start").GetString().ShouldBe("2190-10-06T09:00:00+02:00");
        (await ann.Do("move_occurrence", Move("2190-10-11T09:00:00+02:00", "2190-10-12T09:00:00+02:00"))).GetProperty("type").GetString().ShouldBe("accepted");
        var moved = await ben.Event("occurrence_moved");
        (moved.GetProperty("start").GetString(), moved.GetProperty("to").GetString()).ShouldBe(("2190-10-11T09:00:00+02:00", "2190-10-12T09:00:00+02:00"));
        (await ann.Do("skip_occurrence", Skip("2190-10-04T09:00:00+02:00"))).GetProperty("reason").GetString().ShouldBe("not_allowed");
        ben.Faults.ShouldBeEmpty();
    }
}
