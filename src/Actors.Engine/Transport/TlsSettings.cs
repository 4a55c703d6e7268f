using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Orleans.Runtime;

namespace Orleans.Transport;

/// <summary>
/// Mutual TLS between the processes of a cluster: configuration section <c>Cluster:Tls</c> with the PEM files <c>Certificate</c>, <c>Key</c> and
/// <c>Authority</c>. Whoever has a certificate of the cluster's own authority belongs to it; names are not compared, as silos are found by address.
/// </summary>
internal sealed class TlsSettings
{
    // Names the cluster in the client's greeting only; nothing is looked up by it.
    private const string TargetHost = "actors.cluster";

    private readonly X509Certificate2? _certificate;
    private readonly X509Certificate2Collection _authority = [];

    private TlsSettings()
    {
    }

    private TlsSettings(X509Certificate2 certificate, X509Certificate2 authority)
    {
        _certificate = certificate;
        _authority.Add(authority);
    }

    public static TlsSettings None { get; } = new();

    public static TlsSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Cluster:Tls");
        var (certificate, key, authority) = (section["Certificate"], section["Key"], section["Authority"]);
        if (certificate is null && key is null && authority is null)
        {
            return None;
        }

        return certificate is null || key is null || authority is null
            ? throw new OrleansConfigurationException("Cluster:Tls needs all three: Certificate, Key and Authority.")
            : new TlsSettings(X509Certificate2.CreateFromPemFile(certificate, key), X509CertificateLoader.LoadCertificateFromFile(authority));
    }

    public async Task<Stream> AsClient(Stream stream, CancellationToken cancellation)
    {
        if (_certificate is null)
        {
            return stream;
        }

        var secure = new SslStream(stream);
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = TargetHost,
                ClientCertificates = [_certificate],
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => IsOurs(certificate),
            },
            cancellation);
        return secure;
    }

    public async Task<Stream> AsServer(Stream stream, CancellationToken cancellation)
    {
        if (_certificate is null)
        {
            return stream;
        }

        var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = _certificate,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => IsOurs(certificate),
            },
            cancellation);
        return secure;
    }

    private bool IsOurs(X509Certificate? certificate)
    {
        if (certificate is null)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authority);
        // A cluster's own authority publishes no lists; a certificate is revoked by changing the authority.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(new X509Certificate2(certificate));
    }
}
