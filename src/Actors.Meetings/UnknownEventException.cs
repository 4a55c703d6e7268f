namespace Actors.Meetings;

/// <summary>
/// A stored batch that this version cannot read: another format, an unknown event type, or a broken form. It is never skipped: its stream is
/// quarantined until a version that knows it runs.
/// </summary>
public sealed class UnknownEventException(string message, Exception? inner = null) : Exception(message, inner);
