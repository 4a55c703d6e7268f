using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>The reading side of what events of one batch share: see <see cref="EventCodec"/>.</summary>
internal sealed class Envelope(DateTimeOffset at)
{
    private readonly List<(string? By, string? Source)> authors = [(null, null)];
    private (string? By, string? Source) author;

    public DateTimeOffset At { get; private set; } = at;

    public string? By => author.By;

    public CommandId? Command { get; private set; }

    /// <summary>Takes in the envelope of the object that the reader has entered, leaves it at the object's end, and answers its type.</summary>
    public string Read(ref Utf8JsonReader reader)
    {
        string? type = null, by = null, source = null;
        long? counter = null;
        var index = -1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8)) type = Text(ref reader);
            else if (reader.ValueTextEquals("by"u8)) by = Text(ref reader);
            else if (reader.ValueTextEquals("s"u8)) source = Text(ref reader);
            else if (reader.ValueTextEquals("w"u8)) index = (int)Number(ref reader);
            else if (reader.ValueTextEquals("c"u8)) counter = Number(ref reader);
            else if (reader.ValueTextEquals("d"u8)) At = At.AddMilliseconds(Number(ref reader));
            else if (reader.ValueTextEquals("format"u8) && type is null) throw UnknownFormat(Number(ref reader));
            else reader.Skip();
        }
        if (type is null) throw new UnknownEventException("An event without type.");
        Recognise(by, source, index);
        Command = counter is { } value
            ? new CommandId(author.Source ?? throw new UnknownEventException("A counter without source."), value)
            : null;
        return type;
    }

    private void Recognise(string? by, string? source, int index)
    {
        if (index >= authors.Count) throw new UnknownEventException("An author that the batch has not named.");
        if (index >= 0) author = authors[index];
        else if (by is not null || source is not null) authors.Add(author = (by, source));
    }

    private static UnknownEventException UnknownFormat(long format) => new($"Batch format {format}; this version reads {EventCodec.Format}.");

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
