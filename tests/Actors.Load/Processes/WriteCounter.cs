using System.Text.RegularExpressions;

namespace Actors.Load.Processes;

/// <summary>
/// Counts write units in what DynamoDB's clients send: one for each item of up to 1 KB that a request writes, two within a transaction
/// (DynamoDB's own price list). For quiet clusters, whose items are small.
/// </summary>
internal sealed partial class WriteCounter
{
    /// <summary>A match may be cut in two by the network; no match is longer.</summary>
    private const int LongestMatch = 64;

    /// <summary>A condition costs as much as a write.</summary>
    private const int UnitsInTransaction = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _requests = [];

    public int Units { get; private set; }

    /// <summary>Requests by operation, reads included.</summary>
    public IReadOnlyDictionary<string, int> Requests
    {
        get
        {
            lock (_gate)
                return new Dictionary<string, int>(_requests);
        }
    }

    /// <summary>For one connection: takes what it sends, piece by piece.</summary>
    public IConversation Connection() => new Requester(this);

    private sealed class Requester(WriteCounter counter) : IConversation
    {
        private string _rest = "";
        private bool _transaction;

        public void Sent(ReadOnlySpan<byte> bytes)
        {
            var text = _rest + System.Text.Encoding.Latin1.GetString(bytes);
            var end = 0;
            foreach (Match match in Operations().Matches(text))
            {
                end = match.Index + match.Length;
                if (match.Groups["operation"] is { Success: true } operation)
                    counter.Count(operation.Value, out _transaction);
                else if (_transaction)
                    counter.Add(UnitsInTransaction);
            }
            _rest = text[Math.Max(end, text.Length - LongestMatch)..];
        }
    }

    private void Count(string operation, out bool transaction)
    {
        transaction = operation == "TransactWriteItems";
        lock (_gate)
            _requests[operation] = _requests.GetValueOrDefault(operation) + 1;
        if (operation is "PutItem" or "UpdateItem" or "DeleteItem") Add(1);
    }

    private void Add(int units)
    {
        lock (_gate)
            Units += units;
    }

    [GeneratedRegex("""DynamoDB_20120810\.(?<operation>[A-Za-z]+)\r|"(Put|Update|Delete|ConditionCheck)":\{""")]
    private static partial Regex Operations();
}
