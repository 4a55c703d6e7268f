using System.Security.Cryptography;
using Amazon.DynamoDBv2;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Actors.Storage;

public static class EventLogServices
{
    /// <summary>Streams and lists in DynamoDB, through the registered <see cref="IAmazonDynamoDB"/>.</summary>
    public static IServiceCollection AddDynamoEventLog(this IServiceCollection services, Action<DynamoOptions> configure)
    {
        services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CapacityMeter>();
        services.AddSingleton<IListIndex>(s => new DynamoListIndex(
            s.GetRequiredService<IAmazonDynamoDB>(),
            s.GetRequiredService<IOptions<DynamoOptions>>().Value,
            s.GetRequiredService<TimeProvider>(),
            new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
            s.GetRequiredService<CapacityMeter>()));
        return services.AddSingleton<IEventLog>(s => new DynamoEventLog(
            s.GetRequiredService<IAmazonDynamoDB>(),
            s.GetRequiredService<IOptions<DynamoOptions>>().Value,
            s.GetRequiredService<TimeProvider>(),
            // Only for jitter; a seed of its own keeps processes from retrying in step.
            new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
            s.GetRequiredService<CapacityMeter>()));
    }

    /// <summary>Streams and lists in this process's memory, gone with it.</summary>
    public static IServiceCollection AddInMemoryEventLog(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<CapacityMeter>();
        services.AddSingleton<IListIndex, InMemoryListIndex>();
        return services.AddSingleton<IEventLog>(s => new InMemoryEventLog(s.GetRequiredService<TimeProvider>()));
    }
}
