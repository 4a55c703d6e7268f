namespace Actors.Storage.Local;

/// <summary>The local database could not be started. The message is one sentence for the person at the keyboard.</summary>
public sealed class LaunchException(string message, Exception? cause = null) : Exception(message, cause);
