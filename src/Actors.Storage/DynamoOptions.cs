namespace Actors.Storage;

public sealed class DynamoOptions
{
    public string Table { get; set; } = "actors-streams";

    /// <summary>One HTTP call. DynamoDB answers in single-digit milliseconds; a call this late is lost.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>One whole operation: all its calls, pages and retries.</summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Attempts of a read or of a save that may safely be repeated. An append is tried once per call.</summary>
    public int Attempts { get; set; } = 4;

    /// <summary>Pause before the first retry, doubled for each further one; the pause taken is a random part of it.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromMilliseconds(50);
}
