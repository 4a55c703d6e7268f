namespace Actors.Gateway;

/// <summary>Whether this process is on its way out; set once, when the host stops.</summary>
internal sealed class GatewayDrain
{
    public bool Draining { get; private set; }

    public void Begin() => Draining = true;
}
