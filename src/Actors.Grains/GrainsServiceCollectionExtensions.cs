using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

public static class GrainsServiceCollectionExtensions
{
    /// <summary>
    /// What the grains need besides an <see cref="Actors.Storage.IEventLog"/>, an <see cref="Actors.Storage.IListIndex"/>, a grain storage named <see cref="TenantGrain.Storage"/> and
    /// reminders, which are the host's to choose. To be called after the silo was added to the host (<see cref="GrainsStop"/>). A <see cref="MeetingClock"/>, <see cref="WriterIds"/> or <see cref="StallGuard"/> registered before is kept.
    /// </summary>
    public static IServiceCollection AddActorsGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => new MeetingClock(TimeProvider.System));
        services.TryAddSingleton(_ => new WriterIds(RandomNumberGenerator.GetHexString(16, lowercase: true), RandomNumberGenerator.GetInt32(int.MaxValue)));
        services.TryAddSingleton<GrainMetrics>();
        services.TryAddSingleton(provider => new StallGuard(null, TimeProvider.System, provider.GetRequiredService<ILogger<StallGuard>>()));
        services.TryAddSingleton<GrainServices>();
        services.AddSingleton<GrainsStop>();
        services.AddHostedService(provider => provider.GetRequiredService<GrainsStop>());
        return services;
    }
}
