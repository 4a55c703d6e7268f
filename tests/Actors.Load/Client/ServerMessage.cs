using System.Text.Json;

namespace Actors.Load.Client;

/// <summary>The top level of one message from the server; nested values are passed over, <see cref="FrameCache"/> reads events.</summary>
internal struct ServerMessage
{
    public string? Type;
    public string? Stream;
    public string? Place;
    public string? Reason;
    public string? Detail;
    public long Id;
    public long From;
    public long To;
    public long At;
    public bool Repeat;

    public static ServerMessage Read(ReadOnlySpan<byte> utf8)
    {
        var message = new ServerMessage();
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            message.ReadProperty(ref reader);
        return message;
    }

    private void ReadProperty(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("type"u8))
            Type = Text(ref reader);
        else if (reader.ValueTextEquals("stream"u8))
            Stream = Text(ref reader);
        else if (reader.ValueTextEquals("place"u8))
            Place = Text(ref reader);
        else if (reader.ValueTextEquals("reason"u8))
            Reason = Text(ref reader);
        else if (reader.ValueTextEquals("detail"u8))
            Detail = Text(ref reader);
        else if (reader.ValueTextEquals("id"u8))
            Id = Number(ref reader);
        else if (reader.ValueTextEquals("from"u8))
            From = Number(ref reader);
        else if (reader.ValueTextEquals("to"u8))
            To = Number(ref reader);
        else if (reader.ValueTextEquals("at"u8))
            At = Number(ref reader);
        else if (reader.ValueTextEquals("repeat"u8))
            Repeat = reader.Read() && reader.TokenType == JsonTokenType.True;
        else
            reader.Skip();
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }

    private static long Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetInt64();
    }
}
