using Actors.Contracts;
using Actors.Meetings;
using Actors.Storage;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>What the shell asks of the grain it belongs to.</summary>
internal interface IShellHooks<TState> where TState : class
{
    void Evolved(Recorded recorded);

    void Durable(Commit<TState> commit);

    void Lost();

    Task<Retry?> Tick();

    Task Work(CancellationToken cancellation);

    DateTimeOffset? NextWork { get; }

    Task<bool> PrepareSnapshot(TState durable);
}

/// <summary>The life of an activation: loading, the timer, what happens after each append, the end.</summary>
internal sealed class StreamShell<TState> where TState : class, IStreamState<TState>
{
    private readonly string _stream;
    private readonly GrainServices _services;
    private readonly ILogger _logger;
    private readonly IShellHooks<TState> _hooks;
    private readonly RivalWatch _rivals = new();
    private DateTimeOffset? _armed;
    private Exception? _quarantine;

    public StreamShell(string stream, GrainServices services, ILogger logger, IShellHooks<TState> hooks)
    {
        (_stream, _services, _logger, _hooks) = (stream, services, logger, hooks);
        Journal = new Journal<TState>(stream, services, logger, new JournalHooks<TState>(hooks.Evolved, OnDurable, OnLost));
        Readers = new Readers(Tail, services.Clock, services.Metrics, services.Stopping);
        Snapshots = new Snapshots<TState>(stream, services, logger, hooks.PrepareSnapshot);
    }

    public Journal<TState> Journal { get; }

    public HotTail Tail { get; } = new();

    public Readers Readers { get; }

    public Snapshots<TState> Snapshots { get; }

    public IGrainTimer? Timer { get; set; }

    public bool IsQuarantined => _quarantine is not null;

    public void ThrowIfQuarantined()
    {
        if (_quarantine is { } cause) throw new StreamQuarantinedException($"{_stream} is quarantined: {cause.Message}");
    }

    /// <summary>Snapshot and tail, folded. Storage that does not answer throws; what cannot be read quarantines the stream.</summary>
    public async Task Load(CancellationToken cancellation)
    {
        try
        {
            var loaded = await _services.EventLog.Load(_stream, new Schemas(TState.Schema, TState.Schema), cancellation).OrAskAgain();
            Fold(loaded);
        }
        catch (Exception fault) when (fault is not (SteppedDownException or OperationCanceledException))
        {
            _quarantine = fault;
            Log.Quarantined(_logger, fault, _stream);
        }
    }

    /// <summary>Sets the timer for whatever comes first.</summary>
    public void Arm()
    {
        var due = Due;
        if (due == _armed || Timer is null || IsQuarantined || Journal.SteppedDown is not null) return;
        _armed = due;
        Timer.Change(due is { } at ? Within(at - _services.Clock.Now) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public async Task OnTimer(CancellationToken cancellation)
    {
        if (Due is not { } due || due > _services.Clock.Now)
        {
            // The engine's clock and the product's are two: early is not due.
            _armed = null;
            Arm();
            return;
        }
        try
        {
            await DoWhatIsDue(cancellation);
        }
        catch (Exception fault)
        {
            Log.WorkFailed(_logger, fault, _stream);
        }
    }

    public async Task DoWhatIsDue(CancellationToken cancellation)
    {
        if (Journal.SteppedDown is not null) return;
        try
        {
            if (_rivals.TakeDue(_services.Clock.Now)) await Journal.LookForRivals();
            if (Journal.SteppedDown is null && Journal.State.Due is { } due && due <= _services.Clock.Now) await _hooks.Tick();
            if (Journal.SteppedDown is null) await _hooks.Work(cancellation);
        }
        finally
        {
            _armed = null;
            Arm();
        }
    }

    /// <param name="isHandedOver">The stream's next home serves it already, or is about to.</param>
    public async Task Finish(bool isHandedOver)
    {
        Timer?.Dispose();
        await Journal.Running;
        Readers.Close();
        // The heir loads now, from what there is. It counts the same tail, so that the snapshot is only put off; hundreds of them at once would delay the loads.
        if (!IsQuarantined && !isHandedOver && Journal.SteppedDown is null) await Snapshots.Finish(Journal.Durable);
    }

    private void Fold(Loaded loaded)
    {
        var state = loaded.Snapshot is { } snapshot ? TState.Decode(snapshot.Payload.Span) : TState.Empty;
        Tail.Reset(loaded.Tail.Length > 0 ? loaded.Tail[0].Version - 1 : loaded.LastVersion);
        foreach (var batch in loaded.Tail)
        {
            foreach (var recorded in EventCodec.Decode(batch.Version, batch.Count, batch.At, batch.Events.Span))
            {
                Tail.Add(new Sized(recorded, batch.Events.Length / batch.Count));
                if (recorded.Number <= state.Version) continue;
                state = state.Evolve(recorded);
                _hooks.Evolved(recorded);
            }
            Snapshots.Behind(batch.Count, batch.Events.Length);
        }
        if (state.Version != loaded.LastVersion) throw new StreamCorruptedException(_stream, $"state ends at {state.Version}, stream at {loaded.LastVersion}");
        Journal.Start(state);
        _rivals.Begin(_services.Clock.Now);
    }

    private void OnDurable(Commit<TState> commit)
    {
        _rivals.End();
        foreach (var item in commit.Events) Tail.Add(item);
        Snapshots.Behind(commit.Events.Count, commit.Bytes);
        _hooks.Durable(commit);
        Readers.Wake();
        Snapshots.Consider(Journal.Durable);
        Arm();
    }

    private void OnLost()
    {
        Readers.Close();
        _hooks.Lost();
    }

    private DateTimeOffset? Due => Earliest(Earliest(Journal.State.Due, _hooks.NextWork), _rivals.Due);

    public static DateTimeOffset? Earliest(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    private static TimeSpan Within(TimeSpan due) =>
        due < GrainLimits.ShortestTimer ? GrainLimits.ShortestTimer : due > GrainLimits.LongestTimer ? GrainLimits.LongestTimer : due;
}
