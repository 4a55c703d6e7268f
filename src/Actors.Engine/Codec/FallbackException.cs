namespace Orleans.Serialization;

/// <summary>An exception from another process whose type this one does not know or cannot make.</summary>
public sealed class UnavailableExceptionFallbackException : Exception
{
    public UnavailableExceptionFallbackException()
    {
    }

    public UnavailableExceptionFallbackException(string message)
        : base(message)
    {
    }

    public UnavailableExceptionFallbackException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Full name of the type it had there.</summary>
    public string ExceptionType { get; internal set; } = string.Empty;

    public override string ToString() => $"Unknown exception of type {ExceptionType}: {base.ToString()}";
}
