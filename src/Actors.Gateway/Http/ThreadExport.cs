using System.Text.Json;
using Actors.Contracts;
using Microsoft.AspNetCore.Http;

namespace Actors.Gateway;

/// <summary>
/// A whole thread as JSON lines, one message a line as it reads when its page is read; deleted ones have no text. One page at a time is in
/// memory, and the reader's pace is ours. It ends with the message that was the last when it began; when a page cannot be had the connection
/// breaks off, so that nobody takes a part for the whole, and the reader goes on after the last line it has.
/// </summary>
internal sealed class ThreadExport(ClusterCalls calls, IThreadGrain grain, Caller caller, HistoryPage first, long last) : IResult
{
    /// <summary>Answers what is refused, before anything is sent.</summary>
    public static async Task<IResult> Begin(ClusterCalls calls, IThreadGrain grain, Caller caller, long after, Refusal missing, CancellationToken cancellation)
    {
        var view = await calls.Call(static (state, token) => state.View(new ViewRequest(Audience.Moderators), token), grain, cancellation);
        if (view is not ThreadView { LastMessage: var last }) return Problems.Of(missing);
        var page = await Read(calls, grain, caller, after, cancellation);
        return page.Refusal is { } refusal ? Problems.Of(refusal) : new ThreadExport(calls, grain, caller, page, last);
    }

    public async Task ExecuteAsync(HttpContext context)
    {
        context.Response.ContentType = "application/x-ndjson; charset=utf-8";
        for (var page = first; ;)
        {
            foreach (var message in page.Messages)
            {
                if (message.Number > last) return;
                WriteLine(context, message);
            }
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            if (page.Newer is not { } after || page.Messages.IsEmpty) return;
            try
            {
                page = await Read(calls, grain, caller, after, context.RequestAborted);
            }
            catch (ClusterUnavailableException)
            {
                context.Abort();
                return;
            }
        }
    }

    private static void WriteLine(HttpContext context, Message message)
    {
        using (var json = new Utf8JsonWriter(context.Response.BodyWriter))
            JsonSerializer.Serialize(json, message, ContractsJson.Default.Message);
        context.Response.BodyWriter.GetSpan(1)[0] = (byte)'\n';
        context.Response.BodyWriter.Advance(1);
    }

    private static ValueTask<HistoryPage> Read(ClusterCalls calls, IThreadGrain grain, Caller caller, long after, CancellationToken cancellation)
    {
        var request = new HistoryRequest(After: after, Limit: Limits.HistoryPage, Caller: caller);
        return calls.Call(static (state, token) => state.grain.History(state.request, token), (grain, request), cancellation);
    }
}
