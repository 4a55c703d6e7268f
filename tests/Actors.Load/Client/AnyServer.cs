namespace Actors.Load.Client;

/// <summary>Sends each request to one of several servers that are alike, and the next one after a failure to another.</summary>
internal sealed class AnyServer(IReadOnlyList<Uri> servers, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private int _turn;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var turn = Volatile.Read(ref _turn);
        request.RequestUri = new Uri(servers[(int)((uint)turn % servers.Count)], request.RequestUri!.PathAndQuery);
        try
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (!answer.IsSuccessStatusCode) Next(turn);
            return answer;
        }
        catch
        {
            Next(turn);
            throw;
        }
    }

    // Those that failed together move on together.
    private void Next(int turn) => Interlocked.CompareExchange(ref _turn, turn + 1, turn);
}
