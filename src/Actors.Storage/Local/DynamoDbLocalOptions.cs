namespace Actors.Storage.Local;

public sealed record DynamoDbLocalOptions
{
    /// <summary>Where the npm package is kept, shared by all processes of a checkout.</summary>
    public string InstallFolder { get; init; } = DefaultFolder("dynamodb-local");

    /// <summary>Where tables are kept; null keeps them in memory.</summary>
    public string? DataFolder { get; init; }

    /// <summary>
    /// With a data folder: the database outlives a killed parent, and the next start on the same folder adopts it instead of failing on the
    /// locked file, or shares it while the parent lives; the last of them to be disposed stops it. Without, it dies with its parent, even
    /// after <c>kill -9</c>.
    /// </summary>
    public bool Reuse { get; init; }

    /// <summary>Where it listens; null takes any free port. For one that is killed and comes back where its clients look for it.</summary>
    public int? Port { get; init; }

    public string Java { get; init; } = "java";

    public string Npm { get; init; } = "npm";

    /// <summary>A download of 40 MB on a slow line.</summary>
    public TimeSpan InstallTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A cold start takes about two seconds on an idle machine.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A folder below <c>.actors</c> in the checkout (which git ignores), or in the user's own data where there is no checkout.</summary>
    public static string DefaultFolder(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Actors.sln")))
                return Path.Combine(folder.FullName, ".actors", name);
        }
        var user = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        return Path.Combine(user, "actors", name);
    }
}
