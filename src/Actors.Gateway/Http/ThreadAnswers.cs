using System.Text.Json.Serialization.Metadata;
using Actors.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Actors.Gateway;

/// <summary>A thread for HTTP: whose it is and who asks.</summary>
/// <param name="Grain">Null where its name cannot be that of a thread.</param>
/// <param name="Missing">What is said where there is none.</param>
internal readonly record struct ThreadQuestion(IThreadGrain? Grain, Caller Caller, Refusal Missing);

/// <summary>What any thread, of a meeting or a channel, answers over HTTP.</summary>
internal sealed class ThreadAnswers(ClusterCalls calls, GatewayIdentity identity, IOptions<GatewayOptions> options)
{
    public async Task<IResult> View(HttpContext http, ThreadQuestion thread, long seen)
    {
        if (thread.Grain is null) return Problems.Of(thread.Missing);
        var asks = thread.Caller.Kind == CallerKind.Participant ? thread.Caller.Id : null;
        var request = new ViewRequest(asks is null ? Audience.Moderators : Audience.Members, seen, asks);
        var view = await calls.Call(static (state, token) => state.Grain.View(state.request, token), (thread.Grain, request), http.RequestAborted) as ThreadView;
        if (asks is not null && view?.Own is null) return Problems.Of(Refusal.NotJoined);
        return view is null ? Problems.Of(thread.Missing) : Results.Json(view, ContractsJson.Default.View);
    }

    public async Task<IResult> History(HttpContext http, ThreadQuestion thread, long? before, long? after, long? around, int limit, long seen)
    {
        if (thread.Grain is null) return Problems.Of(thread.Missing);
        if (HistoryRules.Check(before, after, around, limit) is { } refused) return Problems.Of(refused);
        var request = new HistoryRequest(before, after, limit, thread.Caller, Around: around, Seen: seen);
        var page = await calls.Call(static (state, token) => state.Grain.History(state.request, token), (thread.Grain, request), http.RequestAborted);
        return page.Refusal is { } refusal ? Problems.Of(refusal) : Results.Json(page, ContractsJson.Default.HistoryPage);
    }

    public async Task<IResult> Search(HttpContext http, ThreadQuestion thread, string? q, long? before, int limit, long seen)
    {
        if (thread.Grain is null) return Problems.Of(thread.Missing);
        if (SearchRules.Check(q, before, limit) is { } refused) return Problems.Of(refused);
        var request = new SearchRequest(q!, before, limit, thread.Caller, Seen: seen);
        var found = await calls.Call(static (state, token) => state.Grain.Search(state.request, token), (thread.Grain, request), http.RequestAborted);
        return found.Refusal is { } refusal ? Problems.Of(refusal, "q") : Results.Json(found, ContractsJson.Default.SearchResults);
    }

    public async Task<IResult> Receipts(HttpContext http, ThreadQuestion thread, long seen)
    {
        if (thread.Grain is null) return Problems.Of(thread.Missing);
        var receipts = await calls.Call(static (state, token) => state.Grain.Receipts(state.seen, token), (thread.Grain, seen), http.RequestAborted);
        return Results.Json(receipts, ContractsJson.Default.Receipts);
    }

    public async Task<IResult> MessageReceipts(HttpContext http, ThreadQuestion thread, long message, string? after, int limit, long seen)
    {
        if (thread.Grain is null) return Problems.Of(thread.Missing);
        if (ReceiptsRules.Check(message, after, limit) is { } refused) return Problems.Of(refused);
        var request = new MessageReceiptsRequest(message, thread.Caller, after, limit, Seen: seen);
        var page = await calls.Call(static (state, token) => state.Grain.MessageReceipts(state.request, token), (thread.Grain, request), http.RequestAborted);
        return page.Refusal is { } refusal ? Problems.Of(refusal) : Results.Json(page, ContractsJson.Default.MessageReceipts);
    }

    public async Task<IResult> Export(HttpContext http, ThreadQuestion thread, long after)
    {
        if (thread.Grain is null) return Problems.Of(thread.Missing);
        return after < 0 ? Problems.Of(Refusal.InvalidArgument, "after") : await ThreadExport.Begin(calls, thread.Grain, thread.Caller, after, thread.Missing, http.RequestAborted);
    }

    public Task<IResult> Events(HttpContext http, ThreadQuestion thread, long after, int limit) =>
        StreamAnswers.Log(calls, thread.Grain, after, limit, thread.Missing, http);

    public async Task<IResult> Post(HttpContext http, ThreadQuestion thread)
    {
        var info = (JsonTypeInfo<PostMessage>)ContractsJson.Default.GetTypeInfo(typeof(PostMessage))!;
        var (body, refused) = await Bodies.Read(http.Request, info, options.Value.Http.BodyBytes, http.RequestAborted);
        return refused is not null ? Problems.Of(refused) : await Execute(http, thread, body!);
    }

    public async Task<IResult> Command(HttpContext http, ThreadQuestion thread)
    {
        var (command, refused) = await Bodies.ReadCommand(http.Request, options.Value.Http.BodyBytes, http.RequestAborted);
        if (refused is not null) return Problems.Of(refused);
        return command is ThreadCommand ? await Execute(http, thread, command) : Problems.Of(Refusal.InvalidArgument, "not a command to a thread");
    }

    private async Task<IResult> Execute(HttpContext http, ThreadQuestion thread, Command command)
    {
        if (MeetingRoutes.Key(http, out var key) is { } refused) return Problems.Of(refused);
        if (thread.Grain is null) return Problems.Of(thread.Missing);
        return StreamAnswers.Done(await calls.Execute(thread.Grain, new Request(identity.CommandOf(key), thread.Caller, command), http.RequestAborted));
    }
}
