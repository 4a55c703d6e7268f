using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Codec;

namespace Orleans.Serialization;

/// <summary>Values to bytes and back. Unknown members are skipped, missing ones stay at their defaults.</summary>
public sealed class Serializer
{
    internal Serializer()
    {
    }

    public bool CanSerialize<T>() => CanSerialize(typeof(T));

    public bool CanSerialize(Type type)
    {
        try
        {
            Codecs.Declared(type);
            return true;
        }
        catch (CodecNotFoundException)
        {
            return false;
        }
    }

    /// <exception cref="CodecNotFoundException">A type within has no <see cref="GenerateSerializerAttribute"/>.</exception>
    public byte[] SerializeToArray<T>(T value)
    {
        using var writer = CodecWriter.Rent();
        Elements.Write(writer, CodecOf<T>.Declared, value);
        return writer.Written.ToArray();
    }

    public void Serialize<T, TBufferWriter>(T value, TBufferWriter destination)
        where TBufferWriter : IBufferWriter<byte>
    {
        using var writer = CodecWriter.Rent();
        Elements.Write(writer, CodecOf<T>.Declared, value);
        destination.Write(writer.Written);
    }

    /// <exception cref="SerializerException">The bytes are not such a value.</exception>
    public T Deserialize<T>(ReadOnlySpan<byte> source)
    {
        try
        {
            var reader = new CodecReader(source);
            var value = Elements.Read(ref reader, CodecOf<T>.Declared);
            return reader.IsAtEnd ? value : throw new SerializerException("Bytes follow the value.");
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException or FormatException or InvalidCastException)
        {
            // Well-formed bytes with an impossible value, such as a time out of range or a key that comes twice.
            throw new SerializerException($"The bytes hold no valid {typeof(T)}.", exception);
        }
    }

    public T Deserialize<T>(byte[] source) => Deserialize<T>(source.AsSpan());

    public T Deserialize<T>(ReadOnlyMemory<byte> source) => Deserialize<T>(source.Span);

    public T Deserialize<T>(ArraySegment<byte> source) => Deserialize<T>(source.AsSpan());

    public T Deserialize<T>(ReadOnlySequence<byte> source) =>
        source.IsSingleSegment ? Deserialize<T>(source.FirstSpan) : Deserialize<T>(source.ToArray());
}

/// <summary>Copies values deeply, except what is immutable.</summary>
public sealed class DeepCopier
{
    internal DeepCopier()
    {
    }

    public T Copy<T>(T value) => Copying<T>.Copy(value);

    private static class Copying<T>
    {
        public static readonly Func<T, T> Copy = Choose();

        private static Func<T, T> Choose()
        {
            if (Immutability.IsImmutable(typeof(T)))
            {
                return static value => value;
            }

            if (typeof(T).IsArray && Immutability.IsImmutable(typeof(T).GetElementType()!))
            {
                return static value => value is Array array ? (T)array.Clone() : value;
            }

            return static value =>
            {
                using var writer = CodecWriter.Rent();
                Elements.Write(writer, CodecOf<T>.Declared, value);
                var reader = new CodecReader(writer.Written);
                return Elements.Read(ref reader, CodecOf<T>.Declared);
            };
        }
    }
}

public interface ISerializerBuilder
{
    IServiceCollection Services { get; }
}

public static class ServiceCollectionExtensions
{
    public static IServiceCollection AddSerializer(this IServiceCollection services, Action<ISerializerBuilder>? configure = null)
    {
        services.TryAddSingleton(_ => new Serializer());
        services.TryAddSingleton(_ => new DeepCopier());
        configure?.Invoke(new Builder(services));
        return services;
    }

    private sealed record Builder(IServiceCollection Services) : ISerializerBuilder;
}
