using System.Security.Cryptography;
using System.Text;
using Actors.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orleans;

namespace Actors.Gateway;

/// <summary>Meetings, their rooms and logs, for a tenant's backend.</summary>
internal sealed class MeetingRoutes(IClusterClient cluster, ClusterCalls calls, GatewayIdentity identity, TimeProvider time, IOptions<GatewayOptions> options)
{
    /// <summary>Characters of an idempotency key: room for a UUID or a hash with a prefix.</summary>
    private const int MaxKeyLength = 128;

    private const int GeneratedIdBytes = 12;

    public static void Map(IEndpointRouteBuilder v1, IServiceProvider services)
    {
        var routes = services.GetService(typeof(MeetingRoutes)) as MeetingRoutes ?? throw new InvalidOperationException("AddActorsGateway was not called.");
        v1.MapPost("/meetings", (Delegate)routes.Create).Accepts<NewMeeting>("application/json")
            .Produces<MeetingId>(StatusCodes.Status201Created).WithSummary("Create a meeting; repeatable with the header Idempotency-Key");
        v1.MapGet("/meetings/{meeting}", routes.View).Produces<MeetingView>().WithSummary("A meeting as its moderators see it");
        v1.MapGet("/meetings/{meeting}/participants", routes.People).Produces<PeoplePage>()
            .WithSummary("Everybody in the meeting in order of joining, view-only attendees included: a page from after on, of one role with role=");
        v1.MapGet("/meetings/{meeting}/places", routes.Places).Produces<PlacesPage>()
            .WithSummary("Who was in which place, from when to when, also after the meeting's end: a page from after on, of one person with participant=");
        v1.MapGet("/meetings/{meeting}/events", routes.Events).WithSummary("A meeting's log, from after + 1");
        v1.MapPost("/meetings/{meeting}/commands", routes.Command).Accepts<ClientCommand>("application/json")
            .Produces<CommandDone>().WithSummary("A command to the meeting, or with ?room= to the space of one room; repeatable with the header Idempotency-Key");
        v1.MapPost("/meetings/{meeting}/tokens", routes.Token).Accepts<NewToken>("application/json")
            .Produces<TokenIssued>(StatusCodes.Status201Created).WithSummary("An access token for one participant");
        v1.MapGet("/meetings/{meeting}/rooms/{room}", routes.RoomView).Produces<RoomView>().WithSummary("A breakout room");
        v1.MapGet("/meetings/{meeting}/rooms/{room}/events", routes.RoomEvents).WithSummary("A breakout room's log, from after + 1");
    }

    private async Task<IResult> Create(HttpContext http)
    {
        var backend = Backend.Of(http);
        if (Key(http, out var key) is { } refusedKey) return Problems.Of(refusedKey);
        var (body, refused) = await Bodies.Read(http.Request, GatewayJson.Default.NewMeeting, options.Value.Http.BodyBytes, http.RequestAborted);
        if (refused is not null) return Problems.Of(refused);
        var id = body!.Id ?? IdFor(backend.Tenant, key);
        if (!Ids.IsValid(id)) return Problems.Of(Refusal.InvalidArgument, "id");
        if (Ids.IsLaterOccurrence(id)) return Problems.Of(Refusal.InvalidArgument, "id: this form is kept for occurrences of a series");
        var settings = body.Settings?.Apply(MeetingSettings.Default) ?? MeetingSettings.Default;
        var series = body.Persistent || body.Schedule?.Repeats is not null ? id : null;
        var command = new CreateMeeting(body.Title ?? "", settings, body.Metadata, body.Tags, body.Schedule, series, body.Passcode);
        var answer = await Execute(Meeting(backend, id), backend, key, command, http);
        return answer is Accepted accepted
            ? Results.Json(new MeetingId(id, accepted.First, accepted.Pending ? true : null), GatewayJson.Default.MeetingId, statusCode: StatusCodes.Status201Created)
            : Problems.Of((Refused)answer);
    }

    private Task<IResult> View(HttpContext http, string meeting, long seen = 0) =>
        StreamAnswers.View(calls, Grain(Backend.Of(http), meeting), new ViewRequest(Audience.Moderators, seen), Refusal.MeetingNotFound, http);

    private async Task<IResult> People(HttpContext http, string meeting, long after = 0, int limit = Limits.PeoplePage, string? role = null, long seen = 0)
    {
        var backend = Backend.Of(http);
        if (!Ids.IsValid(meeting)) return Problems.Of(Refusal.MeetingNotFound);
        if (RosterRules.Check(after, limit) is { } refused) return Problems.Of(refused);
        if (!RosterRules.TryRole(role, out var only)) return Problems.Of(Refusal.InvalidArgument, "role");
        var request = new PeopleRequest(backend.Caller, after, limit, seen, only);
        var page = await calls.Call(static (state, token) => state.Item1.People(state.request, token), (Meeting(backend, meeting), request), http.RequestAborted);
        return page is null ? Problems.Of(Refusal.MeetingNotFound) : Results.Json(page, ContractsJson.Default.PeoplePage);
    }

    private async Task<IResult> Places(
        HttpContext http, string meeting, string? after = null, int limit = Limits.PlacesPage, string? participant = null, long seen = 0)
    {
        var backend = Backend.Of(http);
        if (!Ids.IsValid(meeting)) return Problems.Of(Refusal.MeetingNotFound);
        if (limit is < 1 or > Limits.PlacesPage) return Problems.Of(Refusal.InvalidArgument, $"limit: 1 to {Limits.PlacesPage}");
        if (participant is not null && !Ids.IsValid(participant)) return Problems.Of(Refusal.InvalidArgument, "participant");
        var request = new PlacesRequest(after, limit, participant, seen);
        var page = await calls.Call(static (state, token) => state.Item1.Places(state.request, token), (Meeting(backend, meeting), request), http.RequestAborted);
        return page switch
        {
            null => Problems.Of(Refusal.MeetingNotFound),
            { Refusal: { } refusal } => Problems.Of(refusal, "after"),
            _ => Results.Json(page, ContractsJson.Default.PlacesPage),
        };
    }

    private Task<IResult> Events(HttpContext http, string meeting, long after = 0, int limit = Limits.LogPage) =>
        StreamAnswers.Log(calls, Grain(Backend.Of(http), meeting), after, limit, Refusal.MeetingNotFound, http);

    private Task<IResult> RoomView(HttpContext http, string meeting, string room, long seen = 0) =>
        StreamAnswers.View(calls, Room(Backend.Of(http), meeting, room), new ViewRequest(Audience.Moderators, seen), Refusal.UnknownRoom, http);

    private Task<IResult> RoomEvents(HttpContext http, string meeting, string room, long after = 0, int limit = Limits.LogPage) =>
        StreamAnswers.Log(calls, Room(Backend.Of(http), meeting, room), after, limit, Refusal.UnknownRoom, http);

    private async Task<IResult> Command(HttpContext http, string meeting, string? room = null)
    {
        var backend = Backend.Of(http);
        if (Key(http, out var key) is { } refusedKey) return Problems.Of(refusedKey);
        var (command, refused) = await Bodies.ReadCommand(http.Request, options.Value.Http.BodyBytes, http.RequestAborted);
        if (refused is not null) return Problems.Of(refused);
        if (command is ThreadCommand) return Problems.Of(Refusal.InvalidArgument, "commands to a thread go to /threads/{thread}/commands");
        var grain = room is null || command is MeetingCommand ? Grain(backend, meeting) : Room(backend, meeting, room);
        if (grain is null) return Problems.Of(Refusal.MeetingNotFound);
        return StreamAnswers.Done(await Execute(grain, backend, key, command!, http));
    }

    private async Task<IResult> Token(HttpContext http, string meeting, AccessTokens tokens)
    {
        var backend = Backend.Of(http);
        if (!Ids.IsValid(meeting)) return Problems.Of(Refusal.MeetingNotFound);
        var (body, refused) = await Bodies.Read(http.Request, GatewayJson.Default.NewToken, options.Value.Http.BodyBytes, http.RequestAborted);
        if (refused is not null) return Problems.Of(refused);
        if ((refused = TokenRules.Check(body!)) is not null) return Problems.Of(refused);
        var now = time.GetUtcNow();
        var expires = now + TimeSpan.FromSeconds(body!.TtlSeconds);
        var grant = new Grant(
            backend.Tenant, meeting, body.Participant, body.Name, body.Role, body.Kind, body.Guest, now, expires, body.Attributes, body.Home, body.Locked);
        return Results.Json(new TokenIssued(tokens.Issue(grant), expires), GatewayJson.Default.TokenIssued, statusCode: StatusCodes.Status201Created);
    }

    private async Task<Answer> Execute(IStreamGrain grain, Backend backend, string? key, Command command, HttpContext http)
    {
        return await calls.Execute(grain, new Request(identity.CommandOf(key), backend.Caller, command), http.RequestAborted);
    }

    private IMeetingGrain Meeting(Backend backend, string meeting) => cluster.GetGrain<IMeetingGrain>(Ids.MeetingKey(backend.Tenant, meeting));

    private IStreamGrain? Grain(Backend backend, string meeting) => Ids.IsValid(meeting) ? Meeting(backend, meeting) : null;

    private IStreamGrain? Room(Backend backend, string meeting, string room) =>
        Ids.IsValid(meeting) && Ids.IsValid(room) && Ids.IsRoom(room) ? cluster.GetGrain<IRoomGrain>(Ids.RoomKey(backend.Tenant, meeting, room)) : null;

    internal static Refused? Key(HttpContext http, out string? key)
    {
        key = http.Request.Headers["Idempotency-Key"] is [{ } given] ? given : null;
        return key is { Length: 0 or > MaxKeyLength } ? new Refused(Refusal.InvalidArgument, $"Idempotency-Key: 1 to {MaxKeyLength} characters") : null;
    }

    /// <summary>An id for what its creator has not named.</summary>
    internal static string IdFor(string tenant, string? key) => key is null ? GatewayIdentity.RandomId(GeneratedIdBytes) : Derived(tenant, key);

    // The same key of the same tenant names the same meeting, on every gateway and at any time.
    private static string Derived(string tenant, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant}/{key}")).AsSpan(0, GeneratedIdBytes));
}
