using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Actors.Contracts;
using Microsoft.AspNetCore.Http;

namespace Actors.Gateway;

/// <summary>Request bodies as values, bad ones as refusals.</summary>
internal static class Bodies
{
    /// <summary>The whole body. Refused where it is longer than <paramref name="limit"/>.</summary>
    public static async ValueTask<(ReadOnlySequence<byte> Bytes, Refused? Refused)> Read(HttpRequest request, int limit, CancellationToken cancellation)
    {
        if (request.ContentLength > limit) return (default, TooLong(limit));
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation);
            var (isTooLong, isWhole) = (read.Buffer.Length > limit, read.IsCompleted);
            var bytes = isWhole && !isTooLong ? read.Buffer.ToArray() : [];
            // Every read is concluded: the server drains what is left of the body itself.
            request.BodyReader.AdvanceTo(isWhole || isTooLong ? read.Buffer.End : read.Buffer.Start, read.Buffer.End);
            if (isTooLong) return (default, TooLong(limit));
            if (isWhole) return (new ReadOnlySequence<byte>(bytes), null);
        }
    }

    public static async ValueTask<(T? Value, Refused? Refused)> Read<T>(
        HttpRequest request, JsonTypeInfo<T> type, int limit, CancellationToken cancellation)
        where T : class
    {
        var (bytes, refused) = await Read(request, limit, cancellation);
        return refused is null ? Parse(bytes.ToArray(), type) : (null, refused);
    }

    /// <summary>A command as sockets send it, without an id.</summary>
    public static async ValueTask<(Command? Command, Refused? Refused)> ReadCommand(HttpRequest request, int limit, CancellationToken cancellation)
    {
        var (bytes, refused) = await Read(request, limit, cancellation);
        if (refused is not null) return (null, refused);
        var utf8 = bytes.ToArray();
        return Envelope.Read(utf8, out var envelope) is { } malformed ? (null, malformed) : CommandJson.Parse(utf8, envelope);
    }

    private static (T? Value, Refused? Refused) Parse<T>(ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type) is { } value ? (value, null) : (null, new Refused(Refusal.InvalidArgument, "the body is null"));
        }
        catch (JsonException e)
        {
            return (null, new Refused(Refusal.InvalidArgument, JsonFaults.Describe(e)));
        }
    }

    private static Refused TooLong(int limit) => new(Refusal.TooLarge, $"the body is longer than {limit} bytes");
}
