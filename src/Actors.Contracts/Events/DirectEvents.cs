namespace Actors.Contracts;

/// <summary>Two people have a direct thread. Shown to nobody: each of the two gets the thread's snapshot.</summary>
[GenerateSerializer, Immutable, Alias("direct_opened")]
public sealed record DirectOpened(string Participant, string With) : Event;
