using System.Buffers;
using Actors.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orleans;

namespace Actors.Gateway;

/// <summary>Chat threads of meetings, and users' inboxes, for a tenant's backend. A thread is named by its place: <c>main</c> or a room.</summary>
internal sealed class ThreadRoutes(IClusterClient cluster, ClusterCalls calls, GatewayIdentity identity, IOptions<GatewayOptions> options)
{
    private const int DefaultPage = 50;

    public static void Map(IEndpointRouteBuilder v1, IServiceProvider services)
    {
        var routes = services.GetService(typeof(ThreadRoutes)) as ThreadRoutes ?? throw new InvalidOperationException("AddActorsGateway was not called.");
        const string Thread = "/meetings/{meeting}/threads/{thread}";
        v1.MapGet(Thread, routes.View).Produces<ThreadView>().WithSummary("The thread: counts, last message, pins");
        v1.MapGet(Thread + "/messages", routes.History).Produces<HistoryPage>().WithSummary("A page of messages: the newest, before or after a number, or around a message");
        v1.MapGet(Thread + "/messages/{message}/receipts", routes.MessageReceipts).Produces<MessageReceipts>().WithSummary("Who has received and read one message, a page");
        v1.MapGet(Thread + "/export", routes.Export).WithSummary("Every message as it reads now, one JSON object a line, from after + 1");
        v1.MapPost(Thread + "/messages", routes.Post).Accepts<PostMessage>("application/json").Produces<CommandDone>().WithSummary("Post a message as the backend");
        v1.MapPost(Thread + "/commands", routes.Command).Accepts<ClientCommand>("application/json").Produces<CommandDone>()
            .WithSummary("A command to the thread; repeatable with the header Idempotency-Key");
        v1.MapGet(Thread + "/receipts", routes.Receipts).Produces<Receipts>().WithSummary("How far each member has received and read");
        v1.MapGet(Thread + "/events", routes.Events).WithSummary("The thread's log, from after + 1");
        v1.MapGet("/users/{user}/inbox", routes.Inbox).Produces<InboxPage>().WithSummary("The threads of one user, newest first");
    }

    private Task<IResult> View(HttpContext http, string meeting, string thread, long seen = 0) => StreamAnswers.View(
        calls, Grain(Backend.Of(http), meeting, thread), new ViewRequest(Audience.Moderators, seen), Refusal.MeetingNotFound, http);

    private async Task<IResult> History(HttpContext http, string meeting, string thread, long? before = null, long? after = null, long? around = null,
        int limit = DefaultPage, long seen = 0)
    {
        var backend = Backend.Of(http);
        if (Grain(backend, meeting, thread) is not { } grain) return Problems.Of(Refusal.MeetingNotFound);
        if (HistoryRules.Check(before, after, around, limit) is { } refused) return Problems.Of(refused);
        var request = new HistoryRequest(before, after, limit, backend.Caller, Around: around, Seen: seen);
        var page = await calls.Call(static (state, token) => state.grain.History(state.request, token), (grain, request), http.RequestAborted);
        return page.Refusal is { } refusal ? Problems.Of(refusal) : Results.Json(page, ContractsJson.Default.HistoryPage);
    }

    private async Task<IResult> Receipts(HttpContext http, string meeting, string thread, long seen = 0)
    {
        if (Grain(Backend.Of(http), meeting, thread) is not { } grain) return Problems.Of(Refusal.MeetingNotFound);
        var receipts = await calls.Call(static (state, token) => state.grain.Receipts(state.seen, token), (grain, seen), http.RequestAborted);
        return Results.Json(receipts, ContractsJson.Default.Receipts);
    }

    private async Task<IResult> MessageReceipts(
        HttpContext http, string meeting, string thread, long message, string? after = null, int limit = Limits.ReceiptsPage, long seen = 0)
    {
        var backend = Backend.Of(http);
        if (Grain(backend, meeting, thread) is not { } grain) return Problems.Of(Refusal.MeetingNotFound);
        if (ReceiptsRules.Check(message, after, limit) is { } refused) return Problems.Of(refused);
        var request = new MessageReceiptsRequest(message, backend.Caller, after, limit, Seen: seen);
        var page = await calls.Call(static (state, token) => state.grain.MessageReceipts(state.request, token), (grain, request), http.RequestAborted);
        return page.Refusal is { } refusal ? Problems.Of(refusal) : Results.Json(page, ContractsJson.Default.MessageReceipts);
    }

    private async Task<IResult> Export(HttpContext http, string meeting, string thread, long after = 0)
    {
        var backend = Backend.Of(http);
        if (Grain(backend, meeting, thread) is not { } grain) return Problems.Of(Refusal.MeetingNotFound);
        return after < 0 ? Problems.Of(Refusal.InvalidArgument, "after") : await ThreadExport.Begin(calls, grain, backend.Caller, after, http.RequestAborted);
    }

    private Task<IResult> Events(HttpContext http, string meeting, string thread, long after = 0, int limit = Limits.LogPage) =>
        StreamAnswers.Log(calls, Grain(Backend.Of(http), meeting, thread), after, limit, Refusal.MeetingNotFound, http);

    private async Task<IResult> Post(HttpContext http, string meeting, string thread)
    {
        var (body, refused) = await Bodies.Read(http.Request, (System.Text.Json.Serialization.Metadata.JsonTypeInfo<PostMessage>)ContractsJson.Default.GetTypeInfo(typeof(PostMessage))!, options.Value.Http.BodyBytes, http.RequestAborted);
        return refused is not null ? Problems.Of(refused) : await Execute(http, meeting, thread, body!);
    }

    private async Task<IResult> Command(HttpContext http, string meeting, string thread)
    {
        var (bytes, refused) = await Bodies.Read(http.Request, options.Value.Http.BodyBytes, http.RequestAborted);
        if (refused is not null) return Problems.Of(refused);
        var utf8 = bytes.ToArray();
        if ((refused = Envelope.Read(utf8, out var envelope)) is not null) return Problems.Of(refused);
        (var command, refused) = CommandJson.Parse(utf8, envelope);
        if (refused is not null) return Problems.Of(refused);
        return command is ThreadCommand ? await Execute(http, meeting, thread, command) : Problems.Of(Refusal.InvalidArgument, "not a command to a thread");
    }

    private async Task<IResult> Execute(HttpContext http, string meeting, string thread, Command command)
    {
        var backend = Backend.Of(http);
        if (MeetingRoutes.Key(http, out var key) is { } refused) return Problems.Of(refused);
        if (Grain(backend, meeting, thread) is not { } grain) return Problems.Of(Refusal.MeetingNotFound);
        var id = key is null ? identity.NextCommand() : CommandId.OfKey(key);
        return StreamAnswers.Done(await calls.Execute(grain, new Request(id, backend.Caller, command), http.RequestAborted));
    }

    private async Task<IResult> Inbox(HttpContext http, string user)
    {
        if (!Ids.IsValid(user)) return Problems.Of(Refusal.InvalidArgument, "user");
        var grain = cluster.GetGrain<IInboxGrain>(Ids.InboxKey(Backend.Of(http).Tenant, user));
        var threads = await calls.Call(static (state, token) => state.List(token), grain, http.RequestAborted);
        return Results.Json(new InboxPage(threads), GatewayJson.Default.InboxPage);
    }

    private IThreadGrain? Grain(Backend backend, string meeting, string thread) =>
        Ids.IsValid(meeting) && Ids.IsValid(thread) && thread != Ids.Waiting
            ? cluster.GetGrain<IThreadGrain>(Ids.ThreadKey(backend.Tenant, meeting, thread))
            : null;
}
