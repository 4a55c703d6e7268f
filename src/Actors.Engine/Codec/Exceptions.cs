namespace Orleans.Serialization;

/// <summary>The codec cannot write the value, or the bytes are malformed.</summary>
public class SerializerException : Exception
{
    public SerializerException()
    {
    }

    public SerializerException(string message)
        : base(message)
    {
    }

    public SerializerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A type that the codec does not carry.</summary>
public sealed class CodecNotFoundException(string message) : SerializerException(message);
