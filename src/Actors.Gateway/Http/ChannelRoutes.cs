using Actors.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orleans;

namespace Actors.Gateway;

/// <summary>
/// Channels, the threads outside meetings, for a tenant's backend: in its own name or, with <c>?as=</c>, in that of one of its users, who then
/// has to be a member.
/// </summary>
internal sealed class ChannelRoutes(
    IClusterClient cluster, ClusterCalls calls, GatewayIdentity identity, ThreadAnswers answers, IOptions<GatewayOptions> options)
{
    public static void Map(IEndpointRouteBuilder v1, IServiceProvider services)
    {
        var routes = services.GetService(typeof(ChannelRoutes)) as ChannelRoutes ?? throw new InvalidOperationException("AddActorsGateway was not called.");
        const string Channel = "/channels/{channel}";
        v1.MapPost("/channels", (Delegate)routes.Create).Accepts<NewChannel>("application/json").Produces<ChannelId>(StatusCodes.Status201Created)
            .WithSummary("Create a channel; repeatable with the header Idempotency-Key");
        v1.MapGet(Channel, routes.View).Produces<ThreadView>().WithSummary("The channel: name, posting right, counts, last message, pins");
        v1.MapGet(Channel + "/members", routes.Members).Produces<ChannelMembersPage>().WithSummary("Its members in order of their ids, a page from after on");
        v1.MapGet(Channel + "/messages", routes.History).Produces<HistoryPage>().WithSummary("A page of messages: the newest, before or after a number, or around a message");
        v1.MapGet(Channel + "/search", routes.Search).Produces<SearchResults>().WithSummary("Messages with every word of q, newest first, before a number");
        v1.MapGet(Channel + "/messages/{message}/receipts", routes.MessageReceipts).Produces<MessageReceipts>().WithSummary("Who has received and read one message, a page");
        v1.MapGet(Channel + "/export", routes.Export).WithSummary("Every message as it reads now, one JSON object a line, from after + 1");
        v1.MapPost(Channel + "/messages", routes.Post).Accepts<PostMessage>("application/json").Produces<CommandDone>().WithSummary("Post a message, with as= in a member's name");
        v1.MapPost(Channel + "/commands", routes.Command).Accepts<ClientCommand>("application/json").Produces<CommandDone>()
            .WithSummary("A command to the channel, with as= in a member's name; repeatable with the header Idempotency-Key");
        v1.MapGet(Channel + "/receipts", routes.Receipts).Produces<Receipts>().WithSummary("How far each member has received and read");
        v1.MapGet(Channel + "/events", routes.Events).WithSummary("The channel's log, from after + 1");
    }

    private async Task<IResult> Create(HttpContext http)
    {
        var backend = Backend.Of(http);
        if (MeetingRoutes.Key(http, out var key) is { } refusedKey) return Problems.Of(refusedKey);
        var (body, refused) = await Bodies.Read(http.Request, GatewayJson.Default.NewChannel, options.Value.Http.BodyBytes, http.RequestAborted);
        if (refused is not null) return Problems.Of(refused);
        var id = body!.Id ?? MeetingRoutes.IdFor(backend.Tenant, key);
        if (!Ids.IsValid(id)) return Problems.Of(Refusal.InvalidArgument, "id");
        var grain = cluster.GetGrain<IThreadGrain>(Ids.ChannelKey(backend.Tenant, id));
        var request = new Request(identity.CommandOf(key), backend.Caller, new CreateChannel(body.Name, body.Posting));
        return await calls.Execute(grain, request, http.RequestAborted) switch
        {
            Accepted accepted => Results.Json(new ChannelId(id, accepted.First), GatewayJson.Default.ChannelId, statusCode: StatusCodes.Status201Created),
            var answer => Problems.Of((Refused)answer),
        };
    }

    private Task<IResult> View(HttpContext http, string channel, string? @as = null, long seen = 0) =>
        For(http, channel, @as, thread => answers.View(http, thread, seen));

    private async Task<IResult> Members(HttpContext http, string channel, string? after = null, int limit = Limits.MembersPage, long seen = 0)
    {
        if (Of(http, channel, null).Grain is not { } grain) return Problems.Of(Refusal.ChannelNotFound);
        if (after is not null && !Ids.IsValid(after)) return Problems.Of(Refusal.InvalidArgument, "after");
        if (limit is < 1 or > Limits.MembersPage) return Problems.Of(Refusal.InvalidArgument, $"limit: 1 to {Limits.MembersPage}");
        var page = await calls.Call(static (state, token) => state.grain.Members(state.after, state.limit, state.seen, token), (grain, after, limit, seen), http.RequestAborted);
        return page.Number == 0 ? Problems.Of(Refusal.ChannelNotFound) : Results.Json(page, ContractsJson.Default.ChannelMembersPage);
    }

    private Task<IResult> History(
        HttpContext http, string channel, string? @as = null, long? before = null, long? after = null, long? around = null, int limit = ThreadRoutes.DefaultPage, long seen = 0) =>
        For(http, channel, @as, thread => answers.History(http, thread, before, after, around, limit, seen));

    private Task<IResult> Search(
        HttpContext http, string channel, string? @as = null, string? q = null, long? before = null, int limit = ThreadRoutes.DefaultFound, long seen = 0) =>
        For(http, channel, @as, thread => answers.Search(http, thread, q, before, limit, seen));

    private Task<IResult> Receipts(HttpContext http, string channel, long seen = 0) => answers.Receipts(http, Of(http, channel, null), seen);

    private Task<IResult> MessageReceipts(
        HttpContext http, string channel, long message, string? @as = null, string? after = null, int limit = Limits.ReceiptsPage, long seen = 0) =>
        For(http, channel, @as, thread => answers.MessageReceipts(http, thread, message, after, limit, seen));

    private Task<IResult> Export(HttpContext http, string channel, long after = 0) => answers.Export(http, Of(http, channel, null), after);

    private Task<IResult> Events(HttpContext http, string channel, long after = 0, int limit = Limits.LogPage) => answers.Events(http, Of(http, channel, null), after, limit);

    private Task<IResult> Post(HttpContext http, string channel, string? @as = null) => For(http, channel, @as, thread => answers.Post(http, thread));

    private Task<IResult> Command(HttpContext http, string channel, string? @as = null) => For(http, channel, @as, thread => answers.Command(http, thread));

    private Task<IResult> For(HttpContext http, string channel, string? user, Func<ThreadQuestion, Task<IResult>> ask) =>
        user is null || Ids.IsValid(user) ? ask(Of(http, channel, user)) : Task.FromResult(Problems.Of(Refusal.InvalidArgument, "as"));

    private ThreadQuestion Of(HttpContext http, string channel, string? user)
    {
        var backend = Backend.Of(http);
        var grain = Ids.IsValid(channel) ? cluster.GetGrain<IThreadGrain>(Ids.ChannelKey(backend.Tenant, channel)) : null;
        return new ThreadQuestion(grain, user is null ? backend.Caller : Caller.Participant(user), Refusal.ChannelNotFound);
    }
}
