using System.Text.Json;
using Actors.Contracts;
using Microsoft.AspNetCore.Http;

namespace Actors.Gateway;

/// <summary>What any stream answers over HTTP: its view, its log, a command's outcome.</summary>
internal static class StreamAnswers
{
    public static async Task<IResult> View(ClusterCalls calls, IStreamGrain? grain, ViewRequest request, Refusal missing, HttpContext http)
    {
        if (grain is null) return Problems.Of(missing);
        var view = await calls.Call(static (state, token) => state.grain.View(state.request, token), (grain, request), http.RequestAborted);
        return view is null ? Problems.Of(missing) : Results.Json(view, ContractsJson.Default.View);
    }

    public static async Task<IResult> Log(ClusterCalls calls, IStreamGrain? grain, long after, int limit, Refusal missing, HttpContext http)
    {
        if (grain is null) return Problems.Of(missing);
        if (after < 0) return Problems.Of(Refusal.InvalidArgument, "after");
        if (limit is < 1 or > Limits.LogPage) return Problems.Of(Refusal.InvalidArgument, $"limit: 1 to {Limits.LogPage}");
        var page = await calls.Call(static (state, token) => state.grain.Log(state.after, state.limit, token), (grain, after, limit), http.RequestAborted);
        return after == 0 && page.Events.Length == 0 ? Problems.Of(missing) : new LogResult(page);
    }

    public static IResult Done(Answer answer) => answer is Accepted accepted
        ? Results.Json(
            new CommandDone(accepted.First, accepted.Last, accepted.Repeat ? true : null, accepted.Pending ? true : null),
            GatewayJson.Default.CommandDone)
        : Problems.Of((Refused)answer);

    /// <summary><c>{"events":[…],"next":n|null}</c>, events in their published form.</summary>
    private sealed class LogResult(LogPage page) : IResult
    {
        public async Task ExecuteAsync(HttpContext context)
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
            json.WriteStartObject();
            json.WriteStartArray("events");
            foreach (var recorded in page.Events) PublishedJson.Write(json, recorded);
            json.WriteEndArray();
            if (page.Next is { } next) json.WriteNumber("next", next);
            else json.WriteNull("next");
            json.WriteEndObject();
        }
    }
}
