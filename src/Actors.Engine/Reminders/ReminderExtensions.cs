using Microsoft.Extensions.DependencyInjection;
using Orleans.Reminders;

namespace Orleans.Hosting
{
    public static class SiloBuilderReminderMemoryExtensions
    {
        /// <summary>Reminders that are lost with the host: for development and tests.</summary>
        public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder)
        {
            builder.Services.AddSingleton<IReminderStore, MemoryReminderStore>();
            return builder;
        }
    }

    public static class SiloBuilderReminderExtensions
    {
        public static ISiloBuilder AddReminders(this ISiloBuilder builder) => builder;
    }
}

namespace Orleans.Runtime
{
    /// <summary>A reminder could not be changed.</summary>
    public sealed class ReminderException(string message) : OrleansException(message);
}
