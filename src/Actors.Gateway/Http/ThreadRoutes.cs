using Actors.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Actors.Gateway;

/// <summary>Chat threads of meetings, for a tenant's backend. A thread is named by its place: <c>main</c>, a room, <c>waiting</c>, or two people (<c>ann~bob</c>).</summary>
internal sealed class ThreadRoutes(IClusterClient cluster, ThreadAnswers answers)
{
    public const int DefaultPage = 50;
    public const int DefaultFound = 20;

    public static void Map(IEndpointRouteBuilder v1, IServiceProvider services)
    {
        var routes = services.GetService(typeof(ThreadRoutes)) as ThreadRoutes ?? throw new InvalidOperationException("AddActorsGateway was not called.");
        const string Thread = "/meetings/{meeting}/threads/{thread}";
        v1.MapGet(Thread, routes.View).Produces<ThreadView>().WithSummary("The thread: counts, last message, pins");
        v1.MapGet(Thread + "/messages", routes.History).Produces<HistoryPage>().WithSummary("A page of messages: the newest, before or after a number, or around a message");
        v1.MapGet(Thread + "/search", routes.Search).Produces<SearchResults>().WithSummary("Messages with every word of q, newest first, before a number");
        v1.MapGet(Thread + "/messages/{message}/receipts", routes.MessageReceipts).Produces<MessageReceipts>().WithSummary("Who has received and read one message, a page");
        v1.MapGet(Thread + "/export", routes.Export).WithSummary("Every message as it reads now, one JSON object a line, from after + 1");
        v1.MapPost(Thread + "/messages", routes.Post).Accepts<PostMessage>("application/json").Produces<CommandDone>().WithSummary("Post a message as the backend");
        v1.MapPost(Thread + "/commands", routes.Command).Accepts<ClientCommand>("application/json").Produces<CommandDone>()
            .WithSummary("A command to the thread; repeatable with the header Idempotency-Key");
        v1.MapGet(Thread + "/receipts", routes.Receipts).Produces<Receipts>().WithSummary("How far each member has received and read");
        v1.MapGet(Thread + "/events", routes.Events).WithSummary("The thread's log, from after + 1");
    }

    private Task<IResult> View(HttpContext http, string meeting, string thread, long seen = 0) => answers.View(http, Of(http, meeting, thread), seen);

    private Task<IResult> History(HttpContext http, string meeting, string thread, long? before = null, long? after = null, long? around = null,
        int limit = DefaultPage, long seen = 0) => answers.History(http, Of(http, meeting, thread), before, after, around, limit, seen);

    private Task<IResult> Search(HttpContext http, string meeting, string thread, string? q = null, long? before = null, int limit = DefaultFound, long seen = 0) =>
        answers.Search(http, Of(http, meeting, thread), q, before, limit, seen);

    private Task<IResult> Receipts(HttpContext http, string meeting, string thread, long seen = 0) => answers.Receipts(http, Of(http, meeting, thread), seen);

    private Task<IResult> MessageReceipts(
        HttpContext http, string meeting, string thread, long message, string? after = null, int limit = Limits.ReceiptsPage, long seen = 0) =>
        answers.MessageReceipts(http, Of(http, meeting, thread), message, after, limit, seen);

    private Task<IResult> Export(HttpContext http, string meeting, string thread, long after = 0) => answers.Export(http, Of(http, meeting, thread), after);

    private Task<IResult> Events(HttpContext http, string meeting, string thread, long after = 0, int limit = Limits.LogPage) =>
        answers.Events(http, Of(http, meeting, thread), after, limit);

    private Task<IResult> Post(HttpContext http, string meeting, string thread) => answers.Post(http, Of(http, meeting, thread));

    private Task<IResult> Command(HttpContext http, string meeting, string thread) => answers.Command(http, Of(http, meeting, thread));

    private ThreadQuestion Of(HttpContext http, string meeting, string thread)
    {
        var backend = Backend.Of(http);
        var place = Ids.IsValid(thread) ? thread : Ids.AsDirect(thread);
        var grain = Ids.IsValid(meeting) && place is not null ? cluster.GetGrain<IThreadGrain>(Ids.ThreadKey(backend.Tenant, meeting, place)) : null;
        return new ThreadQuestion(grain, backend.Caller, Refusal.MeetingNotFound);
    }
}
