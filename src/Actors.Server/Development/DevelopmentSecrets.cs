using System.Security.Cryptography;
using System.Text.Json;

namespace Actors.Server.Development;

/// <summary>
/// Keys of a development server, made once per checkout and kept in an ignored file, so that tokens outlive a restart.
/// A production server is given its own by configuration.
/// </summary>
internal sealed record DevelopmentSecrets(string OperatorKey, string SigningKey, string ApiSecret)
{
    public const string Tenant = "demo";
    public const string KeyId = "dev";

    private const int Bytes = 32;

    public string ApiKey => $"ak.{Tenant}.{KeyId}.{ApiSecret}";

    public static DevelopmentSecrets Load(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "secrets.json");
        if (File.Exists(path))
            return JsonSerializer.Deserialize<DevelopmentSecrets>(File.ReadAllBytes(path))
                ?? throw new StartupException($"{path} is empty: delete it and new keys are made.");
        var made = new DevelopmentSecrets(Random(), Random(), Random());
        using var file = new FileStream(path, Options());
        JsonSerializer.Serialize(file, made);
        return made;
    }

    /// <summary>Settings that the operator gave stay; what is missing is filled in.</summary>
    public void Configure(ConfigurationManager configuration)
    {
        var missing = new Dictionary<string, string?>();
        if (configuration["Gateway:OperatorKey"] is null) missing["Gateway:OperatorKey"] = OperatorKey;
        if (configuration["Gateway:Tokens:Keys:0:Kid"] is null)
        {
            missing["Gateway:Tokens:Keys:0:Kid"] = "dev";
            missing["Gateway:Tokens:Keys:0:Secret"] = SigningKey;
        }
        configuration.AddInMemoryCollection(missing);
    }

    private static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
