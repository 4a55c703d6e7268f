namespace Orleans.Runtime.Messaging;

/// <summary>A connection could not be made. Only processes that talk over sockets throw it.</summary>
public class ConnectionFailedException : OrleansException
{
    public ConnectionFailedException()
    {
    }

    public ConnectionFailedException(string message)
        : base(message)
    {
    }

    public ConnectionFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
