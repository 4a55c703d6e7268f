using Actors.Testing;

namespace Actors.Storage.Tests;

public sealed class InMemoryEventLogTests : EventLogConformance
{
    private protected override Task<IEventLog> Open() => Task.FromResult<IEventLog>(new InMemoryEventLog(Time));
}

public sealed class DynamoEventLogConformanceTests : EventLogConformance
{
    private protected override async Task<IEventLog> Open() =>
        new DynamoEventLog(new ScriptedHttp().Client(await SharedDatabase.Endpoint), SharedDatabase.Options, Time, new Random(1), new CapacityMeter());
}

/// <summary>A scripted log without a script is the log behind it.</summary>
public sealed class ScriptedEventLogTests : EventLogConformance
{
    private protected override Task<IEventLog> Open() => Task.FromResult<IEventLog>(new ScriptedEventLog(new InMemoryEventLog(Time)));
}
