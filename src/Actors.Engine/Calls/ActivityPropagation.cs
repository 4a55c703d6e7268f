using System.Diagnostics;

namespace Orleans.Calls;

/// <summary>Registered when a host asked for traces: the callee's turns then run under an activity whose parent is the caller's.</summary>
internal sealed class ActivityPropagation
{
    // The name under which Orleans publishes, so that one telemetry configuration serves both engines.
    public static readonly ActivitySource Source = new("Microsoft.Orleans.Application");

    public static Activity? StartCallee(MethodFacts facts, ActivityContext parent) =>
        Source.StartActivity(facts.Name, ActivityKind.Server, parent);
}
