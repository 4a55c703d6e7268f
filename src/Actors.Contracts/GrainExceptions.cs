namespace Actors.Contracts;

/// <summary>
/// The activation that was asked has lost its stream, or storage does not let it read what it needs, and the method has no answer that says
/// so: ask again, as after <see cref="Retry"/>.
/// </summary>
[GenerateSerializer, Alias("stepped_down")]
public sealed class SteppedDownException(string message) : Exception(message);

/// <summary>What is stored of the stream cannot be read. Nothing is skipped: an operator has to act, then call <see cref="IStreamGrain.Wake"/>.</summary>
[GenerateSerializer, Alias("stream_quarantined")]
public sealed class StreamQuarantinedException(string message) : Exception(message);
