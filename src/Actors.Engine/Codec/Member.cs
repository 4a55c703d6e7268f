using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans.Serialization;

namespace Orleans.Codec;

/// <summary>A field or property that the codec carries, and emitted access to it, whatever its visibility.</summary>
internal sealed record Member(MemberInfo Info, Type Type, ulong Key)
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public string Name => Info.Name;

    // The field itself where there is one: it can be set whether or not the property can.
    private FieldInfo? Field => Info as FieldInfo ?? Info.DeclaringType!.GetField($"<{Info.Name}>k__BackingField", Declared);

    public GetMember<T, TMember> Getter<T, TMember>()
    {
        var method = new DynamicMethod($"get_{Name}", typeof(TMember), [typeof(T).MakeByRefType()], typeof(T).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        EmitOwner(il, typeof(T));
        if (Field is { } field)
        {
            il.Emit(OpCodes.Ldfld, field);
        }
        else
        {
            il.Emit(OpCodes.Call, ((PropertyInfo)Info).GetMethod ?? throw Unusable());
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<GetMember<T, TMember>>();
    }

    public SetMember<T, TMember> Setter<T, TMember>()
    {
        var method = new DynamicMethod(
            $"set_{Name}", typeof(void), [typeof(T).MakeByRefType(), typeof(TMember)], typeof(T).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        EmitOwner(il, typeof(T));
        il.Emit(OpCodes.Ldarg_1);
        if (Field is { } field)
        {
            il.Emit(OpCodes.Stfld, field);
        }
        else
        {
            il.Emit(OpCodes.Call, ((PropertyInfo)Info).SetMethod ?? throw Unusable());
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<SetMember<T, TMember>>();
    }

    private static void EmitOwner(ILGenerator il, Type owner)
    {
        il.Emit(OpCodes.Ldarg_0);
        if (!owner.IsValueType)
        {
            il.Emit(OpCodes.Ldind_Ref);
        }
    }

    private CodecNotFoundException Unusable() => new($"{Info.DeclaringType}.{Name} has [Id] but cannot be both read and written.");
}

/// <summary>Which members of a type the codec carries.</summary>
internal static class Members
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The members of each marked class, from the base down to the type itself.</summary>
    public static IEnumerable<IReadOnlyList<Member>> LevelsOf(Type type)
    {
        var levels = new Stack<IReadOnlyList<Member>>();
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            if (level.GetCustomAttribute<GenerateSerializerAttribute>(inherit: false) is { } marked)
            {
                levels.Push(Of(level, marked));
            }
            else if (level == typeof(Exception))
            {
                levels.Push(OfException());
            }
        }

        return levels;
    }

    public static Func<T> Activator<T>()
    {
        if (typeof(T).IsValueType)
        {
            return static () => default!;
        }

        if (typeof(T).GetConstructor(Declared, Type.EmptyTypes) is not { } constructor)
        {
            return static () => (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
        }

        var method = new DynamicMethod("create", typeof(T), Type.EmptyTypes, typeof(T).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Newobj, constructor);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<T>>();
    }

    private static List<Member> Of(Type level, GenerateSerializerAttribute marked)
    {
        var members = new List<Member>();
        foreach (var info in level.GetMembers(Declared))
        {
            if (info is FieldInfo or PropertyInfo && info.GetCustomAttribute<IdAttribute>() is { } id)
            {
                members.Add(new Member(info, TypeOf(info), Key(id.Id, isParameter: false)));
            }
        }

        if (marked.IncludePrimaryConstructorParameters)
        {
            members.AddRange(ParametersOf(level).Where(p => members.All(m => m.Info != p.Info)));
        }

        return members.Select(m => m.Key).Distinct().Count() == members.Count
            ? members
            : throw new CodecNotFoundException($"{level} uses an [Id] twice.");
    }

    // Of an exception itself only what it says; inner exceptions and stacks may hold what the codec does not carry.
    private static Member[] OfException() =>
    [
        new(typeof(Exception).GetField("_message", Declared)!, typeof(string), Key(0, isParameter: false)),
        new(typeof(Exception).GetField("_HResult", Declared)!, typeof(int), Key(1, isParameter: false)),
    ];

    // A record's positional parameters, numbered by position; those whose property is a base class's are carried there.
    private static IEnumerable<Member> ParametersOf(Type level)
    {
        if (!IsRecord(level))
        {
            return [];
        }

        var primary = level.GetConstructors(Declared)
            .Select(c => c.GetParameters())
            .Where(p => p.All(x => Property(level, x) is not null))
            .MaxBy(p => p.Length) ?? [];
        return primary.Index()
            .Select(p => (p.Index, Property: Property(level, p.Item)!))
            .Where(p => p.Property.DeclaringType == level)
            .Select(p => new Member(p.Property, p.Property.PropertyType, Key((uint)p.Index, isParameter: true)));
    }

    private static PropertyInfo? Property(Type level, ParameterInfo parameter) =>
        level.GetProperty(parameter.Name!, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic) is { } property
        && property.PropertyType == parameter.ParameterType
            ? property
            : null;

    // The compiler gives every record a PrintMembers, and nothing else has one with this signature.
    private static bool IsRecord(Type level) => level.GetMethod("PrintMembers", Declared, [typeof(System.Text.StringBuilder)]) is not null;

    private static ulong Key(uint id, bool isParameter) => (((ulong)id + 1) << 1) | (isParameter ? 1UL : 0);

    private static Type TypeOf(MemberInfo info) => info is FieldInfo field ? field.FieldType : ((PropertyInfo)info).PropertyType;
}
