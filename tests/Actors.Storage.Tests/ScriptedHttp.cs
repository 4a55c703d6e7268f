using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Actors.Storage.Tests;

/// <summary>Sits between the SDK and DynamoDB: counts calls by their name (PutItem, Query …) and does with the next ones what the test says.</summary>
public sealed class ScriptedHttp() : DelegatingHandler(new SocketsHttpHandler())
{
    public delegate Task<HttpResponseMessage> Answer(Func<Task<HttpResponseMessage>> send, CancellationToken ct);

    private readonly ConcurrentDictionary<string, ConcurrentQueue<Answer>> _next = new();
    private int _waiting;

    /// <summary>Calls that are in silence now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Applies to every call that has no script of its own.</summary>
    public Answer Otherwise { get; set; } = static (send, _) => send();

    public static Answer Throttled { get; } = (_, _) => Task.FromResult(Error(HttpStatusCode.BadRequest, "ProvisionedThroughputExceededException"));

    public static Answer ServerError { get; } = (_, _) => Task.FromResult(Error(HttpStatusCode.InternalServerError, "InternalServerError"));

    public static Answer Refused { get; } = (_, _) => throw new HttpRequestException("connection refused");

    public static Answer AccessDenied { get; } = (_, _) => Task.FromResult(Error(HttpStatusCode.BadRequest, "AccessDeniedException"));

    /// <summary>DynamoDB does it, the answer never comes.</summary>
    public static Answer LostAnswer { get; } = async (send, _) =>
    {
        using var done = await send();
        throw new HttpRequestException("connection reset");
    };

    /// <summary>No answer until the call's deadline.</summary>
    public Answer Silence => async (_, ct) =>
    {
        var never = new TaskCompletionSource<HttpResponseMessage>();
        Interlocked.Increment(ref _waiting);
        try
        {
            return await never.Task.WaitAsync(ct);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    };

    /// <summary>The call takes effect, then silence until its deadline.</summary>
    public Answer SilenceAfter => async (send, ct) =>
    {
        using var done = await send();
        return await Silence(send, ct);
    };

    /// <summary>A rival does something just before the call reaches DynamoDB.</summary>
    public static Answer After(Func<Task> rival) => async (send, _) =>
    {
        await rival();
        return await send();
    };

    /// <summary>A batch write of which DynamoDB does only the first item.</summary>
    private async Task<HttpResponseMessage> FirstItemOnly(HttpRequestMessage request, CancellationToken ct)
    {
        var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(ct))!;
        var (table, items) = body["RequestItems"]!.AsObject().Single();
        var left = new JsonArray([.. items!.AsArray().Skip(1).Select(i => i!.DeepClone())]);
        body["RequestItems"]![table] = new JsonArray(items[0]!.DeepClone());
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.0");
        using var done = await base.SendAsync(request, ct);
        var answer = JsonNode.Parse(await done.Content.ReadAsStringAsync(ct))!;
        if (left.Count > 0)
            answer["UnprocessedItems"] = new JsonObject { [table] = left };
        return Json(done.StatusCode, answer.ToJsonString());
    }

    public void Next(string call, params ReadOnlySpan<Answer> answers)
    {
        foreach (var answer in answers)
            _next.GetOrAdd(call, static _ => new()).Enqueue(answer);
    }

    /// <summary>Every batch write from here on does one item a call.</summary>
    public bool Piecemeal { get; set; }

    public int Count(string call) => Calls.Count(c => c == call);

    public IAmazonDynamoDB Client(Uri endpoint)
    {
        var config = new AmazonDynamoDBConfig
        {
            ServiceURL = endpoint.ToString(),
            AuthenticationRegion = "us-east-1",
            MaxErrorRetry = 0,
            HttpClientFactory = new Factory(this),
        };
        return new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), config);
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = request.Headers.GetValues("X-Amz-Target").Single().Split('.')[1];
        Calls.Enqueue(call);
        if (Piecemeal && call == "BatchWriteItem")
            return FirstItemOnly(request, cancellationToken);
        var answer = _next.TryGetValue(call, out var queue) && queue.TryDequeue(out var scripted) ? scripted : Otherwise;
        return answer(() => base.SendAsync(request, cancellationToken), cancellationToken);
    }

    private static HttpResponseMessage Error(HttpStatusCode status, string code) =>
        Json(status, $$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{code}}","message":"scripted"}""");

    private static HttpResponseMessage Json(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.0") };

    private sealed class Factory(ScriptedHttp handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: false);

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;
    }
}
