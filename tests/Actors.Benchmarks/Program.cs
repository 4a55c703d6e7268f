using System.Globalization;
using Actors.Benchmarks;

return args switch
{
    ["remote-calls"] => await RemoteCalls.Measure(callers: 100, seconds: 10),
    ["remote-calls", var callers, var seconds] => await RemoteCalls.Measure(int.Parse(callers, CultureInfo.InvariantCulture), int.Parse(seconds, CultureInfo.InvariantCulture)),
    [RemoteCalls.SiloMode, var siloPort, var gatewayPort] => await RemoteCalls.RunSilo(int.Parse(siloPort, CultureInfo.InvariantCulture), int.Parse(gatewayPort, CultureInfo.InvariantCulture)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: remote-calls [CALLERS SECONDS]   grain calls between two processes");
    return 1;
}
