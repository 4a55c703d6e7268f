using System.Reflection;
using System.Reflection.Emit;
using Orleans.Calls;
using Orleans.Codec;

namespace Orleans.Proxies;

/// <summary>What a proxy needs to fill in a call.</summary>
internal sealed record EmittedCall(Type Type, ConstructorInfo Constructor, Type Result, FieldInfo[] Arguments, bool[] CopiesArgument);

/// <summary>Emits the call class of one method: a field per argument, and the call of the grain through its interface.</summary>
internal static class CallEmitter
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static EmittedCall Emit(ModuleBuilder module, MethodInfo method, int index)
    {
        var (baseType, result) = Shape(method);
        var type = module.DefineType($"{method.DeclaringType!.Name}_{method.Name}_{index}", TypeAttributes.Class | TypeAttributes.Sealed, baseType);
        var parameters = method.GetParameters();
        var arguments = new FieldInfo[parameters.Length];
        var copies = new bool[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = parameters[i];
            if (parameter.ParameterType.IsByRef)
            {
                throw new ArgumentException($"{method.DeclaringType}.{method.Name} has a by-reference parameter.");
            }

            arguments[i] = parameter.ParameterType == typeof(CancellationToken)
                ? typeof(Call).GetField(nameof(Call.CallerToken))!
                : type.DefineField($"_{i}", parameter.ParameterType, FieldAttributes.Public);
            copies[i] = parameter.ParameterType != typeof(CancellationToken)
                && !parameter.IsDefined(typeof(ImmutableAttribute))
                && !Immutability.IsImmutable(parameter.ParameterType);
        }

        var facts = type.DefineField("Facts", typeof(MethodFacts), FieldAttributes.Public | FieldAttributes.Static);
        EmitFacts(type, facts);
        EmitInvoke(type, baseType, method, arguments);
        EmitArguments(type, arguments);
        var constructor = type.DefineDefaultConstructor(MethodAttributes.Public);
        var created = type.CreateType();
        var made = new MethodFacts(method);
        created.GetField("Facts")!.SetValue(null, made);
        RemoteMethods.Register(made.Id, Factory(created));
        return new EmittedCall(type, constructor, result, arguments, copies);
    }

    private static (Type Base, Type Result) Shape(MethodInfo method)
    {
        var returns = method.ReturnType;
        if (method.ContainsGenericParameters)
        {
            throw new ArgumentException($"{method.DeclaringType}.{method.Name} is generic; grain methods cannot be.");
        }

        if (returns == typeof(Task))
        {
            return (typeof(TaskCall), typeof(Nothing));
        }

        if (returns == typeof(ValueTask))
        {
            return (typeof(ValueTaskCall), typeof(Nothing));
        }

        var definition = returns.IsGenericType ? returns.GetGenericTypeDefinition() : null;
        var call = definition == typeof(Task<>) ? typeof(TaskCall<>) : definition == typeof(ValueTask<>) ? typeof(ValueTaskCall<>) : null;
        return call is null
            ? throw new ArgumentException($"{method.DeclaringType}.{method.Name} returns {returns}; grain methods return tasks.")
            : (call.MakeGenericType(returns.GenericTypeArguments), returns.GenericTypeArguments[0]);
    }

    private static void EmitFacts(TypeBuilder type, FieldInfo facts)
    {
        var property = typeof(Call).GetProperty(nameof(Call.Facts))!.GetMethod!;
        var getter = type.DefineMethod(property.Name, MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, typeof(MethodFacts), []);
        var il = getter.GetILGenerator();
        il.Emit(OpCodes.Ldsfld, facts);
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(getter, property);
    }

    private static void EmitInvoke(TypeBuilder type, Type baseType, MethodInfo method, FieldInfo[] arguments)
    {
        var name = method.ReturnType.IsValueType ? "InvokeValue" : "Invoke";
        var declared = baseType.GetMethod(name, Instance)!;
        var invoke = type.DefineMethod(
            name, MethodAttributes.Family | MethodAttributes.Virtual | MethodAttributes.HideBySig, method.ReturnType, [typeof(object)]);
        var il = invoke.GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Castclass, method.DeclaringType!);
        foreach (var argument in arguments)
        {
            il.Emit(OpCodes.Ldarg_0);
            if (argument.DeclaringType == typeof(Call))
            {
                il.Emit(OpCodes.Call, typeof(Call).GetProperty(nameof(Call.CalleeToken))!.GetMethod!);
            }
            else
            {
                il.Emit(OpCodes.Ldfld, argument);
            }
        }

        il.Emit(OpCodes.Callvirt, method);
        il.Emit(OpCodes.Ret);
        type.DefineMethodOverride(invoke, declared);
    }

    // How the arguments become bytes and come back, in order; a token does not travel, a message to cancel does.
    private static void EmitArguments(TypeBuilder type, FieldInfo[] arguments)
    {
        var write = Override(type, nameof(Call.WriteArguments), [typeof(CodecWriter)]);
        var read = Override(type, nameof(Call.ReadArguments), [typeof(CodecReader).MakeByRefType()]);
        foreach (var argument in arguments.Where(a => a.DeclaringType != typeof(Call)))
        {
            write.Emit(OpCodes.Ldarg_1);
            write.Emit(OpCodes.Ldarg_0);
            write.Emit(OpCodes.Ldfld, argument);
            write.Emit(OpCodes.Call, typeof(ArgumentCodec).GetMethod(nameof(ArgumentCodec.Write))!.MakeGenericMethod(argument.FieldType));
            read.Emit(OpCodes.Ldarg_0);
            read.Emit(OpCodes.Ldarg_1);
            read.Emit(OpCodes.Call, typeof(ArgumentCodec).GetMethod(nameof(ArgumentCodec.Read))!.MakeGenericMethod(argument.FieldType));
            read.Emit(OpCodes.Stfld, argument);
        }

        write.Emit(OpCodes.Ret);
        read.Emit(OpCodes.Ret);
    }

    private static ILGenerator Override(TypeBuilder type, string name, Type[] parameters)
    {
        var declared = typeof(Call).GetMethod(name, Instance)!;
        var method = type.DefineMethod(name, MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, typeof(void), parameters);
        type.DefineMethodOverride(method, declared);
        return method.GetILGenerator();
    }

    private static Func<Call> Factory(Type type)
    {
        var create = new DynamicMethod("create", typeof(Call), Type.EmptyTypes, type.Module, skipVisibility: true);
        var il = create.GetILGenerator();
        il.Emit(OpCodes.Newobj, type.GetConstructor(Type.EmptyTypes)!);
        il.Emit(OpCodes.Ret);
        return create.CreateDelegate<Func<Call>>();
    }
}
