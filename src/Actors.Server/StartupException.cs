namespace Actors.Server;

/// <summary>The server cannot start, for a reason that its operator can mend: one clear sentence, exit code 1.</summary>
public sealed class StartupException(string sentence, Exception? inner = null) : Exception(sentence, inner);
