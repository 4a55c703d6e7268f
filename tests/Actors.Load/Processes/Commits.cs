using System.Text;
using System.Text.RegularExpressions;

namespace Actors.Load.Processes;

/// <summary>
/// What processes commit, as seen on their ways to the database: batches of events that the database says it has put. A process is thus judged without
/// asking it, and without asking the database for everything it holds.
/// </summary>
internal sealed class Commits(TimeProvider time)
{
    /// <summary>The newest are kept: a zombie lives for seconds.</summary>
    private const int Capacity = 100_000;

    private readonly Queue<Commit> _commits = new();

    /// <summary>Listens to one connection of the process.</summary>
    public IConversation Connection(string process) => new CommitConversation(stream => Add(new Commit(process, time.GetTimestamp(), stream)));

    /// <summary>Those of the process that the database has answered since.</summary>
    public IReadOnlyList<Commit> Since(string process, long timestamp)
    {
        lock (_commits)
            return _commits.Where(c => c.Process == process && c.At >= timestamp).ToList();
    }

    private void Add(Commit commit)
    {
        lock (_commits)
        {
            if (_commits.Count == Capacity) _commits.Dequeue();
            _commits.Enqueue(commit);
        }
    }
}

/// <param name="At">Time stamp of the database's answer.</param>
/// <param name="Stream">The item's partition key.</param>
internal sealed record Commit(string Process, long At, string Stream);

/// <summary>One HTTP/1.1 connection to DynamoDB: an answer belongs to the request before it.</summary>
internal sealed partial class CommitConversation(Action<string> commit) : IConversation
{
    private const string Table = "\"TableName\":\"actors-streams\"";

    /// <summary>Who has put it: batches of events have that, and nothing else in the table.</summary>
    private const string Writer = "\"by\":{\"S\":\"";

    /// <summary>A match may be cut in two by the network; no match is longer.</summary>
    private const int LongestMatch = 16;

    private readonly Lock _gate = new();
    private readonly StringBuilder _request = new();
    private string _answer = "";

    public void Sent(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
            _request.Append(Encoding.Latin1.GetString(bytes));
    }

    public void Answered(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            var text = _answer + Encoding.Latin1.GetString(bytes);
            var end = 0;
            foreach (Match status in Statuses().Matches(text))
            {
                end = status.Index + status.Length;
                // 100 (Continue) comes before the request is complete.
                if (status.Groups["code"].Value == "100") continue;
                if (status.Groups["code"].Value == "200") Committed(_request.ToString());
                _request.Clear();
            }
            _answer = text[Math.Max(end, text.Length - LongestMatch)..];
        }
    }

    private void Committed(string request)
    {
        if (Puts().IsMatch(request) && request.Contains(Table, StringComparison.Ordinal) && request.Contains(Writer, StringComparison.Ordinal))
            commit(Key().Match(request) is { Success: true } key ? key.Groups["pk"].Value : "?");
    }

    [GeneratedRegex(@"HTTP/1\.1 (?<code>\d{3}) ")]
    private static partial Regex Statuses();

    [GeneratedRegex(@"DynamoDB_20120810\.(PutItem|TransactWriteItems|BatchWriteItem)\r")]
    private static partial Regex Puts();

    [GeneratedRegex("\"pk\":\\{\"S\":\"(?<pk>[^\"]+)\"")]
    private static partial Regex Key();
}
