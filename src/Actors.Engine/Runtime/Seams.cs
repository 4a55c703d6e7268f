using Orleans.Calls;

namespace Orleans.Runtime;

/// <summary>Directory and placement: the silo that has, or is to have, a grain's activation. The seam for clusters of several silos.</summary>
internal interface ILocator
{
    SiloAddress Locate(GrainId grainId);
}

/// <summary>Carries calls to a silo. The call is failed if that silo cannot be reached.</summary>
internal interface ITransport
{
    void Send(SiloAddress to, Call call);
}

/// <summary>Which silos of a cluster take calls from clients. The seam for a membership table.</summary>
internal interface IGateways
{
    /// <summary>Null when none is known.</summary>
    SiloAddress? Find();
}

/// <summary>One silo has every grain.</summary>
internal sealed class SingleSiloLocator(SiloAddress self) : ILocator
{
    public SiloAddress Locate(GrainId grainId) => self;
}

/// <summary>Silos of this process get calls by reference.</summary>
internal sealed class InProcessTransport : ITransport
{
    public void Send(SiloAddress to, Call call)
    {
        if (LocalSilos.Get(to) is { } silo)
        {
            silo.Dispatch(call);
        }
        else
        {
            call.Fail(new SiloUnavailableException($"{to} is not available."));
        }
    }
}
