namespace Actors.Load.Processes;

/// <param name="Url">A running server; null starts one.</param>
/// <param name="Storage"><c>dynamodb</c> (a DynamoDB Local of our own) or <c>memory</c>, for a server that is started.</param>
/// <param name="OperatorKey">Of the running server at <paramref name="Url"/>.</param>
internal sealed record LoadOptions(Uri? Url, string Storage, string OperatorKey, int Seed)
{
    public const string DynamoDb = "dynamodb";
    public const string Memory = "memory";
}

/// <summary>The run cannot go on; the message is one sentence for the person at the keyboard.</summary>
internal sealed class LoadException(string message, Exception? cause = null) : Exception(message, cause);
