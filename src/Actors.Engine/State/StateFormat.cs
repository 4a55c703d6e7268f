using System.Text.Json;
using Orleans.Serialization;

namespace Orleans.State;

/// <summary>Stored form of states: the codec for types marked for it, JSON for others.</summary>
internal sealed class StateFormat(Serializer serializer)
{
    public byte[] Encode<T>(T state) => HasCodec<T>() ? serializer.SerializeToArray(state) : JsonSerializer.SerializeToUtf8Bytes(state);

    public T Decode<T>(byte[] stored) => HasCodec<T>() ? serializer.Deserialize<T>(stored) : JsonSerializer.Deserialize<T>(stored)!;

    private static bool HasCodec<T>() => typeof(T).IsDefined(typeof(GenerateSerializerAttribute), inherit: false);
}
