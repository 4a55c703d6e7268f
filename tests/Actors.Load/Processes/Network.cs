using System.Globalization;
using Actors.Storage.Local;

namespace Actors.Load.Processes;

/// <summary>
/// What lies between the processes of a cluster: a proxy for each port on which silos listen for one another and for gateways. Silos advertise
/// the proxies' ports, so that any two processes can be parted without rights on the machine's network.
/// </summary>
internal sealed class Network : IAsyncDisposable
{
    private readonly Dictionary<string, List<Proxy>> _proxies = [];
    private readonly Dictionary<string, Func<int>> _processes = [];

    /// <summary>Arguments of a silo that is reached through the network.</summary>
    public string[] Add(string silo)
    {
        var (siloPort, clientPort) = (FreePorts.Next(), FreePorts.Next());
        var (forSilos, forClients) = (new Proxy(siloPort, NameOf), new Proxy(clientPort, NameOf));
        _proxies[silo] = [forSilos, forClients];
        foreach (var proxy in _proxies[silo]) proxy.Start();
        return
        [
            Argument("SiloPort", forSilos.Port), Argument("SiloListenPort", siloPort),
            Argument("ClientPort", forClients.Port), Argument("ClientListenPort", clientPort),
        ];
    }

    /// <summary>Knows a process by its name from here; its number changes with each life.</summary>
    public void Know(ServerProcess process) => _processes[process.Name] = () => process.Id;

    /// <summary>Nothing passes between the two of each pair, in either direction, until the network heals.</summary>
    public void Cut(IEnumerable<(string One, string Other)> pairs)
    {
        var all = pairs.SelectMany(p => ((string, string)[])[p, (p.Other, p.One)]).ToLookup(p => p.Item1, p => p.Item2);
        foreach (var (silo, proxies) in _proxies)
            foreach (var proxy in proxies)
                proxy.Block(all[silo]);
    }

    public void Heal() => Cut([]);

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies.Values.SelectMany(p => p))
            await proxy.DisposeAsync();
    }

    private string? NameOf(int port)
    {
        var running = _processes.Select(p => (p.Key, Id: p.Value())).Where(p => p.Id > 0).ToList();
        var owner = SocketOwners.Find(port, running.Select(p => p.Id));
        return running.Find(p => p.Id == owner).Key;
    }

    private static string Argument(string name, int port) => string.Create(CultureInfo.InvariantCulture, $"--Cluster:{name}={port}");
}
