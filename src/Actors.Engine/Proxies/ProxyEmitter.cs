using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans.Calls;
using Orleans.Runtime;

namespace Orleans.Proxies;

/// <summary>Emits the proxy of an interface: a <see cref="GrainReference"/> whose methods fill a call object and send it.</summary>
internal static class ProxyEmitter
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Type[] ConstructorTypes = [typeof(CallRuntime), typeof(GrainId)];

    private static readonly MethodInfo Send = typeof(GrainReference).GetMethod(nameof(GrainReference.Send), Instance)!;

    private static readonly MethodInfo Copy = typeof(GrainReference).GetMethod(nameof(GrainReference.CopyArgument), Instance)!;

    public static ProxyFactory Emit(Type grainInterface)
    {
        if (!grainInterface.IsInterface || !typeof(IAddressable).IsAssignableFrom(grainInterface) || grainInterface.ContainsGenericParameters)
        {
            throw new ArgumentException($"{grainInterface} is not a grain interface.");
        }

        Type[] interfaces = [grainInterface, .. grainInterface.GetInterfaces()];
        var methods = interfaces.SelectMany(i => i.GetMethods(Instance)).Where(m => m.IsAbstract).ToArray();
        var module = NewModule(grainInterface, methods);
        var proxy = module.DefineType($"{grainInterface.Name}_Proxy", TypeAttributes.Class | TypeAttributes.Sealed, typeof(GrainReference), interfaces);
        EmitConstructor(proxy);
        EmitName(proxy, grainInterface);
        foreach (var (index, method) in methods.Index())
        {
            var call = CallEmitter.Emit(module, method, index);
            EmitMethod(proxy, method, call);
        }

        return Factory(proxy.CreateType());
    }

    private static ModuleBuilder NewModule(Type grainInterface, MethodInfo[] methods)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(
            new AssemblyName($"Actors.Engine.Proxies.{grainInterface.FullName}"), AssemblyBuilderAccess.Run);
        var attribute = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
        var seen = new HashSet<Type>();
        Collect(typeof(GrainReference), seen);
        Collect(grainInterface, seen);
        foreach (var method in methods)
        {
            Collect(method.DeclaringType!, seen);
            Collect(method.ReturnType, seen);
            foreach (var parameter in method.GetParameters())
            {
                Collect(parameter.ParameterType, seen);
            }
        }

        foreach (var name in seen.Select(t => t.Assembly.GetName().Name!).Distinct())
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(attribute, [name]));
        }

        return assembly.DefineDynamicModule("proxies");
    }

    private static void Collect(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type))
        {
            return;
        }

        foreach (var part in type.IsGenericType ? type.GenericTypeArguments : type.HasElementType ? [type.GetElementType()!] : [])
        {
            Collect(part, seen);
        }
    }

    private static void EmitConstructor(TypeBuilder proxy)
    {
        var constructor = proxy.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, ConstructorTypes);
        var il = constructor.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(Instance, ConstructorTypes)!);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitName(TypeBuilder proxy, Type grainInterface)
    {
        var getter = typeof(GrainReference).GetProperty(nameof(GrainReference.InterfaceName))!.GetMethod!;
        var name = proxy.DefineMethod(getter.Name, MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, typeof(string), []);
        var il = name.GetILGenerator();
        il.Emit(OpCodes.Ldstr, grainInterface.FullName!);
        il.Emit(OpCodes.Ret);
        proxy.DefineMethodOverride(name, getter);
    }

    private static void EmitMethod(TypeBuilder proxy, MethodInfo method, EmittedCall call)
    {
        var parameters = method.GetParameters();
        var implementation = proxy.DefineMethod(
            $"{method.DeclaringType!.FullName}.{method.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot,
            method.ReturnType,
            [.. parameters.Select(p => p.ParameterType)]);
        var il = implementation.GetILGenerator();
        var local = il.DeclareLocal(call.Type);
        il.Emit(OpCodes.Newobj, call.Constructor);
        il.Emit(OpCodes.Stloc, local);
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldloc, local);
            if (call.CopiesArgument[i])
            {
                il.Emit(OpCodes.Ldarg_0);
                il.Emit(OpCodes.Ldarg, i + 1);
                il.Emit(OpCodes.Call, Copy.MakeGenericMethod(parameters[i].ParameterType));
            }
            else
            {
                il.Emit(OpCodes.Ldarg, i + 1);
            }

            il.Emit(OpCodes.Stfld, call.Arguments[i]);
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloc, local);
        il.Emit(OpCodes.Call, Send.MakeGenericMethod(call.Result));
        if (method.ReturnType.IsValueType)
        {
            var task = method.ReturnType.IsGenericType ? typeof(Task<>).MakeGenericType(call.Result) : typeof(Task);
            il.Emit(OpCodes.Newobj, method.ReturnType.GetConstructor([task])!);
        }

        il.Emit(OpCodes.Ret);
        proxy.DefineMethodOverride(implementation, method);
    }

    private static ProxyFactory Factory(Type proxy)
    {
        var create = new DynamicMethod("create", typeof(GrainReference), ConstructorTypes, proxy.Module, skipVisibility: true);
        var il = create.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Newobj, proxy.GetConstructor(Instance, ConstructorTypes)!);
        il.Emit(OpCodes.Ret);
        return create.CreateDelegate<ProxyFactory>();
    }
}
