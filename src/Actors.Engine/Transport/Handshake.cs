using Orleans.Codec;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Transport;

/// <summary>What each side says first. <paramref name="Expected"/> is the silo that the dialling side wants; null where it knows only an address.</summary>
/// <param name="Silo">The sender; null for a client.</param>
internal sealed record Hello(string ClusterId, SiloAddress? Silo, SiloAddress? Expected, long ViewVersion)
{
    // "ACTR": whatever else dials the port by mistake does not begin with it.
    private const uint Magic = 0x52544341;

    /// <summary>Raised when a frame changes its meaning: processes of different protocols refuse each other instead of guessing.</summary>
    private const uint Protocol = 1;

    public void Write(CodecWriter writer, FrameKind kind, string? refusal = null)
    {
        var start = Frames.Begin(writer, kind);
        writer.WriteFixed32(Magic);
        writer.WriteVarint(Protocol);
        Text(writer, ClusterId);
        Text(writer, Silo?.ToParsableString() ?? string.Empty);
        Text(writer, Expected?.ToParsableString() ?? string.Empty);
        writer.WriteVarint((ulong)ViewVersion);
        if (refusal is not null)
        {
            Text(writer, refusal);
        }

        Frames.End(writer, start);
    }

    /// <exception cref="HandshakeException">The other side speaks something else.</exception>
    public static Hello Read(ref CodecReader reader)
    {
        if (reader.ReadFixed32() != Magic)
        {
            throw new HandshakeException("the other side is no silo or client of this engine");
        }

        if (reader.ReadVarint() is var protocol && protocol != Protocol)
        {
            throw new HandshakeException($"the other side speaks protocol {protocol}, this one {Protocol}");
        }

        return new Hello(Text(ref reader), Address(ref reader), Address(ref reader), (long)reader.ReadVarint());
    }

    public static void Text(CodecWriter writer, string text)
    {
        var start = writer.BeginBytes();
        writer.WriteText(text);
        writer.EndBytes(start);
    }

    public static string Text(ref CodecReader reader)
    {
        var outer = reader.EnterBytes();
        if (outer < 0)
        {
            throw new SerializerException("A text is missing.");
        }

        var text = reader.ReadText();
        reader.LeaveBytes(outer);
        return text;
    }

    private static SiloAddress? Address(ref CodecReader reader)
    {
        var text = Text(ref reader);
        return text.Length == 0 ? null
            : SiloAddress.TryParse(text, out var address) ? address
            : throw new HandshakeException($"\"{text}\" is no silo address");
    }
}

/// <summary>Two processes that must not talk to each other; the message says why, for the log.</summary>
internal sealed class HandshakeException(string message) : Exception(message);
