using System.Globalization;
using Actors.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Actors.Gateway;

/// <summary>Finding meetings: a tenant's lists, a series' occurrences.</summary>
internal sealed class MeetingListRoutes(IClusterClient cluster, ClusterCalls calls)
{
    /// <summary>A sort key of a list: a time and an id.</summary>
    private const int MaxAfterLength = 128;

    // ISO 8601; without an offset it is UTC.
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"];

    public static void Map(IEndpointRouteBuilder v1, IServiceProvider services)
    {
        var routes = services.GetService(typeof(MeetingListRoutes)) as MeetingListRoutes ?? throw new InvalidOperationException("AddActorsGateway was not called.");
        v1.MapGet("/meetings", routes.List).Produces<MeetingListPage>().WithSummary("The tenant's meetings: status=live, scheduled or past, of one tag with tag=, from next on with after=");
        v1.MapGet("/meetings/{series}/occurrences", routes.Occurrences).Produces<MeetingListPage>().WithSummary("Occurrences of a series, the current one first; with from= the current one and those planned after it, soonest first");
    }

    private Task<IResult> List(HttpContext http, string status = "live", string? tag = null, string? after = null, int limit = Limits.ListPage)
    {
        MeetingList? list = status switch { "live" => MeetingList.Live, "scheduled" => MeetingList.Scheduled, "past" => MeetingList.Past, _ => null };
        if (list is null) return Bad("status: live, scheduled or past");
        if (tag is { Length: 0 or > Limits.TagLength }) return Bad($"tag: 1 to {Limits.TagLength} characters");
        return Answer(new MeetingListRequest(list.Value, tag, After: after, Limit: limit), http);
    }

    private Task<IResult> Occurrences(HttpContext http, string series, string? after = null, string? from = null, int limit = Limits.ListPage)
    {
        if (!Ids.IsValid(series)) return Task.FromResult(Problems.Of(Refusal.MeetingNotFound));
        if (from is null) return Answer(new MeetingListRequest(default, Series: series, After: after, Limit: limit), http);
        if (after is not null) return Bad("after: not with from");
        if (limit is < 1 or > Limits.ListPage) return Bad($"limit: 1 to {Limits.ListPage}");
        return DateTimeOffset.TryParseExact(from, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Ahead(series, new PlannedRequest(time, limit), http)
            : Bad("from: a time, or a next of this list");
    }

    private async Task<IResult> Ahead(string series, PlannedRequest request, HttpContext http)
    {
        var tenant = Backend.Of(http).Tenant;
        var newest = new MeetingListRequest(default, Series: series, Limit: 1);
        var current = await calls.Call(static (state, token) => state.Item1.List(state.newest, token), (cluster.GetGrain<IMeetingsGrain>(tenant), newest), http.RequestAborted);
        if (current.Meetings.IsEmpty) return Problems.Of(Refusal.MeetingNotFound);
        var meeting = cluster.GetGrain<IMeetingGrain>(Ids.MeetingKey(tenant, current.Meetings[0].Id));
        var page = await calls.Call(static (state, token) => state.meeting.Planned(state.request, token), (meeting, request), http.RequestAborted);
        return page is null
            ? Problems.Of(Refusal.MeetingNotFound)
            : Results.Json(new MeetingListPage(current.Meetings, page.Next, page.Planned), ContractsJson.Default.MeetingListPage);
    }

    private async Task<IResult> Answer(MeetingListRequest request, HttpContext http)
    {
        if (request.Limit is < 1 or > Limits.ListPage) return await Bad($"limit: 1 to {Limits.ListPage}");
        if (request.After is { } after && (after.Length is 0 or > MaxAfterLength || after.AsSpan().ContainsAnyExceptInRange('!', '}'))) return await Bad("after: not a next of this list");
        var grain = cluster.GetGrain<IMeetingsGrain>(Backend.Of(http).Tenant);
        var page = await calls.Call(static (state, token) => state.grain.List(state.request, token), (grain, request), http.RequestAborted);
        return Results.Json(page, ContractsJson.Default.MeetingListPage);
    }

    private static Task<IResult> Bad(string detail) => Task.FromResult(Problems.Of(Refusal.InvalidArgument, detail));
}
