using Actors.Load.Measuring;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

internal static class Demo
{
    public static Task<Figures> Run(Testbed testbed, CancellationToken ct) => Task.FromResult(new Figures("demo", testbed));
}
