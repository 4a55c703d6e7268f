namespace Actors.Contracts;

/// <summary>What a grain says to a command. It is given only once everything its state had seen is durable.</summary>
[GenerateSerializer, Immutable, Alias("answer")]
public abstract record Answer;

/// <summary>Executed: its events are <paramref name="First"/>–<paramref name="Last"/> of the stream. A repeat gets the numbers of the first time.</summary>
/// <param name="First">Number of its first event.</param>
/// <param name="Last">Number of its last event.</param>
/// <param name="Repeat">True where the command had been executed before.</param>
/// <param name="Pending">True where rooms or threads have still to apply it; gateways enforce it meanwhile.</param>
[GenerateSerializer, Immutable, Alias("accepted")]
public sealed record Accepted(long First, long Last, bool Repeat = false, bool Pending = false) : Answer;

/// <summary>Refused, with nothing changed. A repeat is decided afresh.</summary>
[GenerateSerializer, Immutable, Alias("refused")]
public sealed record Refused(Refusal Reason, string? Detail = null) : Answer;

/// <summary>The grain stepped down (a rival wrote, or storage did not answer): send the same command id again. Never shown to people.</summary>
[GenerateSerializer, Immutable, Alias("retry")]
public sealed record Retry(string Why) : Answer;
