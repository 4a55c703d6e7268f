using System.Collections.Immutable;
using System.Diagnostics;
using Orleans.Calls;
using Orleans.Codec;
using Orleans.Proxies;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Transport;

/// <summary>Head of a request: what is known even where its arguments cannot be read.</summary>
internal readonly record struct RequestHead(ulong Id, bool OneWay, int Forwards, TimeSpan Remaining, long ViewVersion, GrainId Grain, ulong Method);

internal enum Outcome : byte
{
    Result = 0,
    Exception = 1,
    Canceled = 2,
}

/// <summary>Calls and answers as bytes.</summary>
internal static class Messages
{
    private const byte OneWay = 1;
    private const byte HasContext = 2;
    private const byte HasTrace = 4;

    // At most so many values travel with a call.
    private const int MaxContextValues = 64;
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    public static void WriteRequest(CodecWriter writer, Call call, ulong id, long viewVersion, TimeSpan remaining)
    {
        var start = Frames.Begin(writer, FrameKind.Request);
        var flags = (call.Facts.OneWay ? OneWay : 0) | (call.Context is null ? 0 : HasContext) | (call.Trace == default ? 0 : HasTrace);
        writer.WriteVarint(id);
        writer.WriteByte((byte)flags);
        writer.WriteVarint((ulong)call.Forwards);
        writer.WriteVarint((ulong)(remaining.Ticks / TimeSpan.TicksPerMillisecond));
        writer.WriteVarint((ulong)viewVersion);
        WriteSpan(writer, call.Target.GrainId.Type.AsSpan());
        WriteSpan(writer, call.Target.GrainId.Key.AsSpan());
        writer.WriteFixed64(call.Facts.Id);
        if (call.Context is { } context)
        {
            WriteContext(writer, context);
        }

        if (call.Trace != default)
        {
            WriteTrace(writer, call.Trace);
        }

        call.WriteArguments(writer);
        Frames.End(writer, start);
    }

    public static RequestHead ReadHead(ref CodecReader reader, out byte flags)
    {
        var id = reader.ReadVarint();
        flags = reader.ReadByte();
        var forwards = (int)Math.Min(reader.ReadVarint(), TransportLimits.MaxForwards);
        var remaining = TimeSpan.FromMilliseconds(Math.Min(reader.ReadVarint(), int.MaxValue));
        var version = (long)reader.ReadVarint();
        var grain = GrainId.Create(new GrainType(reader.ReadRaw(reader.ReadCount()).ToArray()), new IdSpan(reader.ReadRaw(reader.ReadCount()).ToArray()));
        return new RequestHead(id, (flags & OneWay) != 0, forwards, remaining, version, grain, reader.ReadFixed64());
    }

    /// <summary>The call object of the method with its arguments. Null where this process has no such method.</summary>
    public static Call? ReadCall(ref CodecReader reader, in RequestHead head, byte flags)
    {
        if (RemoteMethods.Create(head.Method) is not { } call)
        {
            return null;
        }

        call.Context = (flags & HasContext) != 0 ? ReadContext(ref reader) : null;
        call.Trace = (flags & HasTrace) != 0 ? ReadTrace(ref reader) : default;
        call.ReadArguments(ref reader);
        return call;
    }

    public static int BeginResponse(CodecWriter writer, ulong id, long viewVersion, Outcome outcome)
    {
        var start = Frames.Begin(writer, FrameKind.Response);
        writer.WriteVarint(id);
        writer.WriteVarint((ulong)viewVersion);
        writer.WriteByte((byte)outcome);
        return start;
    }

    public static void WriteNumber(CodecWriter writer, FrameKind kind, ulong number)
    {
        var start = Frames.Begin(writer, kind);
        writer.WriteVarint(number);
        Frames.End(writer, start);
    }

    private static void WriteSpan(CodecWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.WriteVarint((ulong)bytes.Length);
        writer.WriteRaw(bytes);
    }

    private static void WriteContext(CodecWriter writer, ImmutableDictionary<string, object> context)
    {
        if (context.Count > MaxContextValues)
        {
            throw new SerializerException($"{context.Count} values in the request context; {MaxContextValues} are carried at most.");
        }

        writer.WriteVarint((ulong)context.Count);
        foreach (var (key, value) in context)
        {
            Elements.Write(writer, CodecOf<string>.Declared, key);
            Elements.Write(writer, CodecOf<object>.Declared, value);
        }
    }

    private static ImmutableDictionary<string, object> ReadContext(ref CodecReader reader)
    {
        var count = reader.ReadCount();
        if (count > MaxContextValues)
        {
            throw new SerializerException($"{count} values in a request context.");
        }

        var context = ImmutableDictionary.CreateBuilder<string, object>();
        for (var i = 0; i < count; i++)
        {
            var key = Elements.Read(ref reader, CodecOf<string>.Declared);
            context[key] = Elements.Read(ref reader, CodecOf<object>.Declared);
        }

        return context.ToImmutable();
    }

    private static void WriteTrace(CodecWriter writer, ActivityContext trace)
    {
        Span<byte> bytes = stackalloc byte[TraceIdBytes + SpanIdBytes];
        trace.TraceId.CopyTo(bytes[..TraceIdBytes]);
        trace.SpanId.CopyTo(bytes[TraceIdBytes..]);
        writer.WriteRaw(bytes);
        writer.WriteByte((byte)trace.TraceFlags);
        Elements.Write(writer, CodecOf<string>.Declared, trace.TraceState ?? string.Empty);
    }

    private static ActivityContext ReadTrace(ref CodecReader reader)
    {
        var bytes = reader.ReadRaw(TraceIdBytes + SpanIdBytes);
        var trace = ActivityTraceId.CreateFromBytes(bytes[..TraceIdBytes]);
        var span = ActivitySpanId.CreateFromBytes(bytes[TraceIdBytes..]);
        var flags = (ActivityTraceFlags)reader.ReadByte();
        var state = Elements.Read(ref reader, CodecOf<string>.Declared);
        return new ActivityContext(trace, span, flags, state.Length == 0 ? null : state, isRemote: true);
    }
}
