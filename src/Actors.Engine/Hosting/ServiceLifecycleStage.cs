namespace Orleans;

/// <summary>Order in which startup tasks run.</summary>
public static class ServiceLifecycleStage
{
    public const int First = int.MinValue;
    public const int ApplicationServices = 10000;
    public const int BecomeActive = 19999;
    public const int Active = 20000;
    public const int Last = int.MaxValue;
}
