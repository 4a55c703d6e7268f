using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Orleans.Codec;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Transport;

/// <summary>
/// Exceptions between processes. One that is marked for the codec travels with its members; one that both processes know and that can be made
/// from a message keeps its type, message and stack; any other arrives as <see cref="UnavailableExceptionFallbackException"/>, which names its type.
/// </summary>
internal static class Failures
{
    private const byte Plain = 0;
    private const byte Marked = 1;

    private const BindingFlags Constructors = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    // Input can name exceptions of the base library, of this engine and of the assemblies that refer to it, and nothing else.
    private static readonly Lazy<FrozenDictionary<string, Func<string, Exception>>> Known = new(Find);

    public static void Write(CodecWriter writer, Exception exception)
    {
        var type = exception.GetType();
        var marked = type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) && !type.IsGenericType;
        writer.WriteByte(marked ? Marked : Plain);
        Text(writer, TypeName(exception));
        Text(writer, exception.Message);
        Text(writer, exception.StackTrace ?? string.Empty);
        if (marked)
        {
            Elements.Write(writer, CodecOf<object>.Declared, exception);
        }
    }

    public static Exception Read(ref CodecReader reader)
    {
        var marked = reader.ReadByte() == Marked;
        var type = Hello.Text(ref reader);
        var message = Hello.Text(ref reader);
        var stack = Hello.Text(ref reader);
        var exception = marked ? ReadMarked(ref reader, message)
            : Known.Value.TryGetValue(type, out var create) ? create(message)
            : new UnavailableExceptionFallbackException(message) { ExceptionType = type };
        return stack.Length == 0 ? exception : ExceptionDispatchInfo.SetRemoteStackTrace(exception, stack);
    }

    private static Exception ReadMarked(ref CodecReader reader, string message)
    {
        if (Elements.Read(ref reader, CodecOf<object>.Declared) is not Exception exception)
        {
            throw new SerializerException("The bytes hold no exception.");
        }

        MessageOf(exception) ??= message;
        return exception;
    }

    // An exception that came from elsewhere and goes on keeps the name that it came with.
    private static string TypeName(Exception exception) =>
        exception is UnavailableExceptionFallbackException { ExceptionType.Length: > 0 } fallback ? fallback.ExceptionType : exception.GetType().FullName!;

    private static void Text(CodecWriter writer, string text) =>
        Hello.Text(writer, text.Length <= TransportLimits.MaxExceptionText ? text : text[..TransportLimits.MaxExceptionText]);

    private static FrozenDictionary<string, Func<string, Exception>> Find() => ApplicationTypes.All
        .Concat(typeof(Exception).Assembly.GetExportedTypes())
        .Where(t => typeof(Exception).IsAssignableFrom(t) && !t.IsAbstract && !t.ContainsGenericParameters)
        .Select(t => (Type: t, Create: Maker(t)))
        .Where(e => e.Create is not null)
        .DistinctBy(e => e.Type.FullName!)
        .ToFrozenDictionary(e => e.Type.FullName!, e => e.Create!);

    // By a constructor that takes the message; the parameter's name tells it from one that takes a parameter's name.
    private static Func<string, Exception>? Maker(Type type)
    {
        foreach (var constructor in type.GetConstructors(Constructors).OrderBy(c => c.GetParameters().Length))
        {
            var parameters = constructor.GetParameters();
            var at = Array.FindIndex(parameters, p => p.ParameterType == typeof(string) && p.Name is "message" or "msg");
            if (at >= 0 && parameters.All(p => p.ParameterType == typeof(Exception) || p.Position == at))
            {
                return message =>
                {
                    var arguments = new object?[parameters.Length];
                    arguments[at] = message;
                    return (Exception)constructor.Invoke(arguments);
                };
            }
        }

        return null;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    private static extern ref string? MessageOf(Exception exception);
}
