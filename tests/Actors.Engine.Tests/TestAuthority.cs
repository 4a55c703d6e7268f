using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Actors.Engine.Tests;

/// <summary>A certificate authority for one test, with its files in a folder of its own.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("actors-tls").FullName;
    private readonly X509Certificate2 _authority;
    private byte _last;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _authority = request.CreateSelfSigned(From, Until);
    }

    /// <summary>The settings of a process that holds a certificate of this authority.</summary>
    public Dictionary<string, string?> Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.Create(_authority, From, Until, [1, ++_last]);
        return new()
        {
            ["Cluster:Tls:Certificate"] = Write($"{name}.crt", certificate.ExportCertificatePem()),
            ["Cluster:Tls:Key"] = Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()),
            ["Cluster:Tls:Authority"] = Write("authority.crt", _authority.ExportCertificatePem()),
        };
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Write(string file, string text)
    {
        var path = Path.Combine(_folder, file);
        File.WriteAllText(path, text);
        return path;
    }
}
