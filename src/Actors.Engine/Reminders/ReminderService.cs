using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.Reminders;

/// <summary>
/// Calls reminders when they are due: in a cluster each silo those of the grains that live on it. The store is the truth; the schedule follows
/// it, at once when the view of the cluster changes. While homes move a tick can come from two silos, and none is left to nobody.
/// </summary>
internal sealed class ReminderService(
    Silo silo, IServiceProvider services, IOptions<ReminderOptions> options, IOptions<ClusterMembershipOptions> membership, ILogger<ReminderService> log)
{
    /// <summary>Storage is given up on after this long; the caller may try again.</summary>
    private static readonly TimeSpan StorageTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A reading that failed comes again after this: reminders of a silo that died wait for it.</summary>
    private static readonly TimeSpan RereadPause = TimeSpan.FromSeconds(5);

    private readonly IReminderStore? _store = services.GetService<IReminderStore>();
    private readonly CancellationTokenSource _stopped = new();
    private readonly IClusterMembership? _cluster = services.GetService<IClusterMembership>();
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Lock _gate = new();
    private readonly ReminderRange _range = new(silo.Address, membership.Value);
    private ReminderSchedule? _schedule;
    private ITimer? _refresh;
    private volatile bool _started;

    private IReminderStore Store => _store
        ?? throw new OrleansConfigurationException("No reminder service is configured: UseInMemoryReminderService or UseDynamoDBReminderService.");

    public static ReminderService Of(IGrainBase grain) => Activation.Of(grain).Silo.Services.GetRequiredService<ReminderService>();

    /// <summary>Before the silo joins: it follows who lives where, and when they began to.</summary>
    public void Watch()
    {
        if (_cluster is not null && _store is not null)
        {
            _cluster.Changed += Follow;
        }
    }

    /// <summary>After the silo has joined: it calls its share.</summary>
    public async Task Start(CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            return;
        }

        _schedule = new ReminderSchedule(silo.Time, Tick);
        await _store.Start(cancellationToken);
        if (_cluster is not null)
        {
            Take(_cluster.Current);
        }

        _started = true;
        await Reread(cancellationToken);
        using (ExecutionContext.SuppressFlow())
        {
            var period = options.Value.RefreshReminderListPeriod;
            _refresh = silo.Time.CreateTimer(static state => ((ReminderService)state!).Refresh(), this, period, period);
        }
    }

    /// <summary>After the silo has left and what it served has ended: until then its ticks are its own, and its grains may register reminders.</summary>
    public void Stop()
    {
        if (_cluster is not null)
        {
            _cluster.Changed -= Follow;
        }

        _stopped.Cancel();
        _refresh?.Dispose();
        _schedule?.Dispose();
    }

    public async Task<IGrainReminder> Register(GrainId grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (period < options.Value.MinimumReminderPeriod)
        {
            throw new ArgumentException($"A reminder's period is at least {options.Value.MinimumReminderPeriod}, not {period}.", nameof(period));
        }

        var reminder = new Reminder(grain, name, silo.Time.GetUtcNow() + dueTime, period, silo.Ids.Next().ToString("N", CultureInfo.InvariantCulture));
        await Within(token => Store.Upsert(reminder, token));
        // Also where the grain lives elsewhere now, or will in a moment: the silo there may have read the store before this was in it.
        // Before there is a schedule its first reading is still to come.
        _schedule?.Set(reminder);
        return new Handle(reminder);
    }

    public async Task Unregister(IGrainReminder reminder)
    {
        var handle = reminder as Handle ?? throw new ArgumentException("Not a reminder of this cluster.", nameof(reminder));
        var removed = false;
        await Within(async token => removed = await Store.Remove(handle.Reminder, token));
        if (!removed)
        {
            throw new ReminderException($"{handle.Reminder.Grain} has no such reminder \"{reminder.ReminderName}\" any more.");
        }

        _schedule?.Remove(handle.Reminder);
    }

    public async Task<IGrainReminder?> Get(GrainId grain, string name) => (await GetAll(grain)).Find(r => r.ReminderName == name);

    public async Task<List<IGrainReminder>> GetAll(GrainId grain)
    {
        IReadOnlyList<Reminder> reminders = [];
        await Within(async token => reminders = await Store.Read(grain, token));
        return [.. reminders.Select(r => new Handle(r))];
    }

    /// <summary>Reads the store now. One at a time: an older reading must not replace what a newer one brought.</summary>
    public async Task Reread(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            long version;
            lock (_gate)
            {
                version = _range.Version;
            }

            _schedule!.BeginReading();
            var stored = await Store.ReadAll(cancellationToken);
            lock (_gate)
            {
                _schedule.Replace([.. stored.Where(IsCalledHere)], _range.LastServed);
                _range.Settle(version);
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task Within(Func<CancellationToken, Task> access)
    {
        using var patience = new CancellationTokenSource(StorageTimeout, silo.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopped.Token);
        await access(either.Token);
    }

    private void Follow(ClusterView view)
    {
        Take(view);
        if (_started)
        {
            Refresh();
        }
    }

    private void Take(ClusterView view)
    {
        lock (_gate)
        {
            _range.Follow(view, silo.Time.GetUtcNow());
        }
    }

    // What was registered here is called here until every silo has read the store since, wherever the grain lives now.
    private bool IsCalledHere(Reminder reminder) =>
        _range.IsMine(reminder) || _schedule!.IsRecent(reminder, options.Value.RefreshReminderListPeriod);

    private async void Refresh()
    {
        try
        {
            await Reread(_stopped.Token);
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // The silo stops.
        }
        catch (Exception exception)
        {
            log.LogWarning(exception, "Reminders could not be read; the known ones go on");
            _refresh?.Change(RereadPause, options.Value.RefreshReminderListPeriod);
        }
    }

    private async Task<bool> IsStored(Reminder reminder)
    {
        IReadOnlyList<Reminder> stored = [];
        await Within(async token => stored = await Store.Read(reminder.Grain, token));
        return stored.Any(r => r.Version == reminder.Version);
    }

    private async void Tick(Reminder reminder)
    {
        try
        {
            if (silo.Others?.IsElsewhere(reminder.Grain) == true && !await IsStored(reminder))
            {
                // Called here too for a while; where the grain lives now it was changed or unregistered.
                return;
            }

            var status = new TickStatus(reminder.StartAt.UtcDateTime, reminder.Period, silo.Time.GetUtcNow().UtcDateTime);
            await silo.Factory.GetGrain<IRemindable>(reminder.Grain).ReceiveReminder(reminder.Name, status);
        }
        catch (Exception exception)
        {
            log.LogWarning(exception, "Reminder \"{Name}\" of {Grain} failed; it comes again in {Period}", reminder.Name, reminder.Grain, reminder.Period);
        }
    }

    private sealed class Handle(Reminder reminder) : IGrainReminder
    {
        public Reminder Reminder { get; } = reminder;

        public string ReminderName => Reminder.Name;
    }
}
