using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Orleans.Runtime;

/// <summary>All types of the assemblies that refer to this one, whether or not anything has loaded them yet.</summary>
internal static class ApplicationTypes
{
    private static readonly Lazy<Type[]> Types = new(Find);

    public static IReadOnlyList<Type> All => Types.Value;

    private static Type[] Find()
    {
        var self = typeof(ApplicationTypes).Assembly;
        var assemblies = AppDomain.CurrentDomain.GetAssemblies()
            .Where(a => !a.IsDynamic && a.GetReferencedAssemblies().Any(r => r.Name == self.GetName().Name))
            .ToDictionary(a => a.GetName().Name!);
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll"))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (!assemblies.ContainsKey(name) && RefersTo(file, self.GetName().Name!))
            {
                assemblies[name] = Assembly.Load(new AssemblyName(name));
            }
        }

        assemblies[self.GetName().Name!] = self;
        return [.. assemblies.Values.SelectMany(LoadableTypes)];
    }

    private static Type[] LoadableTypes(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            // A type whose dependency is absent cannot be a grain that this process runs.
            return [.. exception.Types.OfType<Type>()];
        }
    }

    private static bool RefersTo(string file, string assembly)
    {
        using var image = new PEReader(File.OpenRead(file));
        if (!image.HasMetadata)
        {
            return false;
        }

        var metadata = image.GetMetadataReader();
        return metadata.AssemblyReferences.Any(r => metadata.StringComparer.Equals(metadata.GetAssemblyReference(r).Name, assembly));
    }
}
