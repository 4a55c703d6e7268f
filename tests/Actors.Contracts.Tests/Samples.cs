using System.Collections.Immutable;
using System.Reflection;

namespace Actors.Contracts.Tests;

/// <summary>Values of contract types made from their constructors: <see cref="Bare"/> with as little as they allow, <see cref="Full"/> with everything.</summary>
internal sealed class Samples
{
    public static readonly Samples Bare = new(full: false);
    public static readonly Samples Full = new(full: true);

    private static readonly DateTimeOffset Moment = new(2026, 2, 28, 23, 59, 59, 987, TimeSpan.FromHours(-7));

    private readonly bool full;

    private Samples(bool full) => this.full = full;

    public object Of(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)
            ?? throw new InvalidOperationException($"{type} has no public constructor.");
        return constructor.Invoke([.. constructor.GetParameters().Select(Argument)]);
    }

    private object? Argument(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var optional = type != parameter.ParameterType
            || new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;
        return optional && !full ? null : Value(type);
    }

    private object Value(Type type)
    {
        if (type.IsEnum)
        {
            return Choice([.. Enum.GetValues(type).Cast<object>()]);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
        {
            return Call(nameof(Array), type.GetGenericArguments());
        }

        return type switch
        {
            _ when type == typeof(string) => full ? "naïve \u0000 \ud83d\ude00" : "",
            _ when type == typeof(bool) => full,
            _ when type == typeof(int) => full ? int.MinValue : 0,
            _ when type == typeof(long) => full ? long.MaxValue : 0L,
            _ when type == typeof(TimeSpan) => full ? TimeSpan.FromTicks(-1) : TimeSpan.Zero,
            _ when type == typeof(DateTimeOffset) => full ? Moment : DateTimeOffset.MinValue,
            _ when type == typeof(ImmutableDictionary<string, string>) => full
                ? ImmutableDictionary<string, string>.Empty.Add("a", "1").Add("", "")
                : ImmutableDictionary<string, string>.Empty,
            _ when type.IsAbstract => Of(Choice([.. ContractTypes.Concrete.Where(concrete => concrete.IsAssignableTo(type))])),
            _ => Of(type),
        };
    }

    private T Choice<T>(IReadOnlyList<T> among) => full ? among[^1] : among[0];

    private object Array<T>() => full ? ImmutableArray.Create((T)Value(typeof(T)), (T)Value(typeof(T))) : ImmutableArray<T>.Empty;

    private object Call(string method, Type[] of) =>
        typeof(Samples).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Instance)!.MakeGenericMethod(of).Invoke(this, null)!;
}
