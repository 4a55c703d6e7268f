using Orleans.Hosting;
using Orleans.Storage;

namespace Actors.Server;

internal static partial class Silo
{
    /// <summary>
    /// Grain state is stored by the contract codec, under aliases and member numbers. Orleans' own default is JSON with the names of CLR types.
    /// </summary>
    static partial void ComposeEngine(ISiloBuilder silo) => silo.Services.AddSingleton<IGrainStorageSerializer, OrleansGrainStorageSerializer>();
}
