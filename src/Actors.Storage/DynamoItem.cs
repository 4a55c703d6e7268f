using System.Globalization;
using System.Text;
using Amazon.DynamoDBv2.Model;

namespace Actors.Storage;

/// <summary>A batch as an item of the table, and back.</summary>
internal static class DynamoItem
{
    public const string Format = "f";
    public const string Count = "n";
    public const string WriteId = "w";
    public const string Writer = "by";
    public const string Time = "at";
    public const string Data = "d";

    /// <summary>How often the item was redacted; absent while it is as written.</summary>
    public const string Revision = "r";

    /// <summary>Raised when the attributes change meaning. Readers refuse what they do not know.</summary>
    public const int CurrentFormat = 1;

    private static readonly AttributeValue CurrentFormatValue = new() { N = "1" };
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Dictionary<string, AttributeValue> Write(string stream, Batch batch) => new(8)
    {
        [DynamoKeys.Stream] = Text(stream),
        [DynamoKeys.Sort] = Text(DynamoKeys.Event(batch.Version)),
        [Format] = CurrentFormatValue,
        [Count] = Number(batch.Count),
        [WriteId] = Text(batch.WriteId),
        [Writer] = Text(batch.Writer),
        [Time] = Text(batch.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
        [Data] = Text(Decode(batch.Events)),
    };

    public static Batch Read(string stream, Dictionary<string, AttributeValue> item)
    {
        CheckFormat(stream, item);
        return new Batch(
            Version(stream, item[DynamoKeys.Sort].S),
            (int)LongOf(item, Count),
            item[WriteId].S,
            item[Writer].S,
            DateTimeOffset.Parse(item[Time].S, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            Utf8.GetBytes(item[Data].S));
    }

    public static string Decode(ReadOnlyMemory<byte> events) => Utf8.GetString(events.Span);

    public static void CheckFormat(string stream, Dictionary<string, AttributeValue> item)
    {
        var format = LongOf(item, Format);
        if (format != CurrentFormat)
            throw new StreamCorruptedException(stream, FormattableString.Invariant($"item {item[DynamoKeys.Sort].S} has the unknown format {format}"));
    }

    public static Dictionary<string, AttributeValue> Key(string stream, string sort) => new(2)
    {
        [DynamoKeys.Stream] = Text(stream),
        [DynamoKeys.Sort] = Text(sort),
    };

    public static AttributeValue Text(string text) => new() { S = text };

    public static AttributeValue Number(long number) => new() { N = number.ToString(CultureInfo.InvariantCulture) };

    /// <summary>0 where the attribute is missing.</summary>
    public static long LongOf(Dictionary<string, AttributeValue> item, string name) =>
        item.TryGetValue(name, out var value) ? long.Parse(value.N, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;

    private static long Version(string stream, string sort)
    {
        // e/000001/000000000017
        var epoch = int.Parse(sort.AsSpan(2, 6), NumberStyles.None, CultureInfo.InvariantCulture);
        if (epoch != DynamoKeys.Epoch)
            throw new StreamCorruptedException(stream, FormattableString.Invariant($"item {sort} is of the unknown epoch {epoch}"));
        return long.Parse(sort.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
