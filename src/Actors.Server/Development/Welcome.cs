using System.Security.Cryptography;
using System.Text;
using Actors.Contracts;
using Orleans;
using Orleans.Runtime;

namespace Actors.Server.Development;

/// <summary>Gives a development server a tenant with an API key, and its user lines to paste.</summary>
internal static class Welcome
{
    /// <summary>Started right after a kill, the cluster still counts the silo that died, until it has been voted out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static async Task Prepare(IGrainFactory grains, DevelopmentSecrets secrets, TimeProvider time)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secrets.ApiSecret)));
        for (var started = time.GetTimestamp(); ;)
        {
            try
            {
                await grains.GetGrain<ITenantGrain>(DevelopmentSecrets.Tenant).AddKey(DevelopmentSecrets.KeyId, hash);
                return;
            }
            catch (Exception fault) when (fault is OrleansException or TimeoutException && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Pause, time);
            }
        }
    }

    public static string Text(ServerSettings settings, DevelopmentSecrets secrets)
    {
        var url = settings.Urls;
        var storage = settings.Storage == StorageKind.Memory
            ? "memory: gone when this process ends"
            : settings.Endpoint is { } endpoint ? $"DynamoDB at {endpoint}" : $"DynamoDB in {settings.Region}";
        if (!settings.IsGateway)
            return $"""

                A silo of cluster {settings.ClusterId} at {settings.Address}:{settings.SiloPort}; health at {url}/ready   (storage: {storage})
                Ctrl-C stops everything.
                """;
        var socket = url.Replace("http", "ws", StringComparison.Ordinal);
        return $$"""

            Actors listens on {{url}}   (storage: {{storage}})
            Paste into another terminal, as they are:

              KEY={{secrets.ApiKey}}
              # create a meeting
              curl -s -X POST {{url}}/v1/meetings -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d '{"id":"hello","title":"Hello"}'
              # get a token for Ann, its host
              TOKEN=$(curl -s -X POST {{url}}/v1/meetings/hello/tokens -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d '{"participant":"ann","name":"Ann","role":"host"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
              # join, and listen (without -x you can type: the hello first, then e.g. {"type":"raise_hand","id":1})
              npx -y wscat -s actors.v1 -c {{socket}}/v1/ws -w 600 -x "{\"type\":\"hello\",\"session\":\"ann-laptop\",\"token\":\"$TOKEN\"}"

            Ctrl-C stops everything.
            """;
    }
}
