using Orleans;

namespace Actors.Engine.Tests;

/// <summary>A value of a call that does something while it is written, the first time: between the choice of a connection and its queue.</summary>
[GenerateSerializer]
internal sealed class Trap
{
    private Action? _spring;

    public Trap()
    {
    }

    public Trap(Action spring)
    {
        _spring = spring;
    }

    [Id(0)]
    public int Value
    {
        get
        {
            Interlocked.Exchange(ref _spring, null)?.Invoke();
            return 1;
        }

        set => _ = value;
    }
}
