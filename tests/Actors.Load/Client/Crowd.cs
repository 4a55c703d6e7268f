using System.Globalization;
using System.Text.Json.Nodes;
using Actors.Load.Processes;

namespace Actors.Load.Client;

/// <summary>Many participants of one meeting.</summary>
internal static class Crowd
{
    /// <summary>Requests and joins under way at a time while a crowd gathers: enough to keep two cores busy.</summary>
    private const int AtOnce = 32;

    /// <summary>Participants that a meeting takes without being asked for more: the product's default.</summary>
    public const int DefaultCapacity = 1_000;

    private static readonly TimeSpan CatchUpPoll = TimeSpan.FromMilliseconds(50);

    public static JsonObject Settings(int capacity) => new() { ["capacity"] = capacity };

    public static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"u{index}");

    /// <summary>Tokens for participants <c>u0</c> … of one role.</summary>
    public static async Task<string[]> Tokens(Api api, string meeting, int first, int count, string role, CancellationToken ct)
    {
        var tokens = new string[count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        await Parallel.ForAsync(0, count, options, async (i, token) =>
            tokens[i] = await api.Token(meeting, Name(first + i), $"Person {first + i}", role, token));
        return tokens;
    }

    public static MeetingClient[] Clients(Testbed testbed, string meeting, IReadOnlyList<string> tokens, int first = 0, Action<EventsFrame>? onEvents = null)
    {
        var setup = testbed.Clients();
        return [.. tokens.Select((token, i) =>
            new MeetingClient(setup, meeting, Name(first + i), token, Ids.NewSession(), new Random(testbed.Options.Seed + first + i)) { OnEvents = onEvents })];
    }

    public static Task ForEach(IReadOnlyList<MeetingClient> clients, Func<MeetingClient, CancellationToken, Task> act, CancellationToken ct) =>
        Parallel.ForEachAsync(clients, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (c, token) => await act(c, token));

    /// <summary>Until everybody has followed the meeting to its present end.</summary>
    public static async Task CatchUp(Testbed testbed, string meeting, IReadOnlyList<MeetingClient> clients, CancellationToken ct)
    {
        var number = (await testbed.Api.Meeting(meeting, ct)).GetProperty("number").GetInt64();
        while (clients.Any(c => c.MeetingNumber < number))
            await Task.Delay(CatchUpPoll, testbed.Time, ct);
    }

    public static Task Vanish(IEnumerable<MeetingClient> clients) => Task.WhenAll(clients.Select(c => c.Vanish()));

    /// <exception cref="LoadException">A stream of some client was not continuous, or the server broke the protocol.</exception>
    public static void RequireContinuity(IEnumerable<MeetingClient> clients)
    {
        foreach (var client in clients)
            if ((client.Fault ?? client.Continuity.Findings.FirstOrDefault()) is { } finding)
                throw new LoadException($"{client.Meeting} {client.Participant}: {finding}");
    }
}
