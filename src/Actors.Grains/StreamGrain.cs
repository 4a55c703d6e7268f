using System.Collections.Immutable;
using Actors.Contracts;
using Actors.Meetings;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>
/// The shell around one stream: what callers see of it. Decisions are the core's (<see cref="Decide"/>), writing the journal's, waiting the
/// readers'. Derived grains add their effects.
/// </summary>
public abstract class StreamGrain<TState> : Grain, IStreamGrain where TState : class, IStreamState<TState>
{
    private readonly StreamShell<TState> _shell;
    private int _pending;

    private protected StreamGrain(GrainServices services, Func<string, string> streamOf)
    {
        Services = services;
        Logger = services.Loggers.CreateLogger(GetType());
        Stream = streamOf(this.GetPrimaryKeyString());
        Key = GrainKey.Parse(this.GetPrimaryKeyString());
        _shell = new StreamShell<TState>(Stream, services, Logger, new Hooks(this));
    }

    private protected GrainServices Services { get; }

    private protected ILogger Logger { get; }

    private protected string Stream { get; }

    private protected GrainKey Key { get; }

    private protected Journal<TState> Journal => _shell.Journal;

    public async ValueTask<Answer> Execute(Request request, CancellationToken cancellation)
    {
        _shell.ThrowIfQuarantined();
        if (_pending >= Limits.PendingCommands) return Refuse(Refusal.Busy, "pending commands");
        _pending++;
        try
        {
            if (!await Journal.CatchUp(request.Seen, Journal.State.Version)) return Journal.SteppedDown!;
            do
            {
                if (await Prepare(request, cancellation) is { } early) return early;
            }
            while (!IsPrepared(request));
            // Nothing is awaited between that check, the decision and its joining the batch.
            return await DecideAndCommit(request);
        }
        finally
        {
            _pending--;
        }
    }

    public async ValueTask<StreamPage> Read(ReadRequest request, CancellationToken cancellation)
    {
        _shell.ThrowIfQuarantined();
        OnRead(request);
        await CatchUpReader(request.After);
        return await _shell.Readers.Read(request, cancellation);
    }

    public async ValueTask<View?> View(ViewRequest request, CancellationToken cancellation)
    {
        await ReadyToShow(request.Seen);
        var durable = await Shown(request);
        return durable.Version == 0 ? null : Render(durable, request);
    }

    public ValueTask<LogPage> Log(long after, int limit, CancellationToken cancellation)
    {
        _shell.ThrowIfQuarantined();
        return LogReader.Read(Services.EventLog, Stream, after, limit, cancellation);
    }

    public async ValueTask<Refused?> Signal(Signal signal, long meetingSeen)
    {
        _shell.ThrowIfQuarantined();
        if (_pending >= Limits.PendingCommands) return new Refused(Refusal.Busy, "pending commands");
        _pending++;
        try
        {
            if (await PrepareSignal(signal, meetingSeen) is { } lost) throw new SteppedDownException(lost.Why);
            // What passes is not worth waiting for what it was decided on.
            if (Check(Journal.State, signal) is { } refused) return refused;
            _shell.Readers.Signal(signal is ReactionSignal reaction ? reaction with { At = Services.Clock.Now.ToUnixTimeMilliseconds() } : signal);
            return null;
        }
        finally
        {
            _pending--;
        }
    }

    public async ValueTask Wake(CancellationToken cancellation)
    {
        // An operator has mended the stream, perhaps: the next call reads it anew.
        if (_shell.IsQuarantined) DeactivateOnIdle();
        _shell.ThrowIfQuarantined();
        await _shell.DoWhatIsDue(cancellation);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _shell.Load(cancellationToken);
        _shell.Timer = this.RegisterGrainTimer(_shell.OnTimer, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        if (_shell.IsQuarantined) return;
        OnLoaded();
        _shell.Arm();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        OnClosing();
        if (!_shell.IsQuarantined && Journal.SteppedDown is null) await OnFinishing();
        await _shell.Finish(isHandedOver: reason.ReasonCode == DeactivationReasonCode.Migrating);
        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    // What a derived grain says.

    private protected abstract Outcome Decide(TState state, Request request, DateTimeOffset now);

    private protected abstract View? Render(TState durable, ViewRequest request);

    /// <summary>Why a signal may not be sent here by its sender; null where it may.</summary>
    private protected abstract Refused? Check(TState state, Signal signal);

    /// <summary>Before a signal is checked: hears of the meeting what it is checked by.</summary>
    private protected virtual ValueTask<Retry?> PrepareSignal(Signal signal, long meetingSeen) => default;

    /// <summary>The durable state as a view's asker sees it.</summary>
    private protected virtual ValueTask<TState> Shown(ViewRequest request) => new(Journal.Durable);

    /// <summary>Before a command is decided: loads what the decision needs. An answer here is final.</summary>
    private protected virtual ValueTask<Answer?> Prepare(Request request, CancellationToken cancellation) => default;

    /// <summary>Whether what was prepared still holds; asked in the turn that decides.</summary>
    private protected virtual bool IsPrepared(Request request) => true;

    /// <summary>After a command's events are durable, before its caller is answered.</summary>
    private protected virtual ValueTask<Answer> Conclude(Request request, Accepted accepted) => new(accepted);

    /// <summary>The state is loaded, nothing was called yet.</summary>
    private protected virtual void OnLoaded()
    {
    }

    /// <summary>Events have become durable; nobody was answered yet. Must not throw, must not wait.</summary>
    private protected virtual void OnDurable(Commit<TState> commit)
    {
    }

    /// <summary>The activation ends or has lost its stream: begin nothing new.</summary>
    private protected virtual void OnClosing()
    {
    }

    /// <summary>The activation ends in good order: the last chance to write.</summary>
    private protected virtual Task OnFinishing() => Task.CompletedTask;

    private protected virtual void OnRead(ReadRequest request)
    {
    }

    /// <summary>An event has been folded into the newest state: live (perhaps not durable yet) or after the snapshot while loading.</summary>
    private protected virtual void OnEvolved(Recorded recorded)
    {
    }

    /// <summary>Everything besides <see cref="Tick"/> that is due or unfinished.</summary>
    private protected virtual Task Work(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>When <see cref="Work"/> is needed next; null where nothing is unfinished.</summary>
    private protected virtual DateTimeOffset? NextWork => null;

    /// <summary>What has to be stored before a snapshot of this state may be; false where that failed.</summary>
    private protected virtual Task<bool> PrepareSnapshot(TState durable) => Task.FromResult(true);

    // What a derived grain uses.

    private protected HotTail Tail => _shell.Tail;

    private protected static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => StreamShell<TState>.Earliest(one, other);

    private protected void ThrowIfQuarantined() => _shell.ThrowIfQuarantined();

    private protected void Arm() => _shell.Arm();

    private protected void Tell(Signal signal) => _shell.Readers.Signal(signal);

    private protected Task<bool> TakeSnapshot() => _shell.Snapshots.Take(Journal.Durable);

    private protected void RewriteTail(Func<Recorded, Recorded> rewrite)
    {
        Tail.Rewrite(rewrite);
        _shell.Readers.Forget();
    }

    /// <summary>A command of the product itself, without identity. Completes when durable (null) or lost.</summary>
    private protected Task<Retry?> Submit(Command command)
    {
        if (Journal.SteppedDown is { } retry) return Task.FromResult<Retry?>(retry);
        var now = Journal.Now();
        var outcome = Decide(Journal.State, new Request(CommandId.OfKey(string.Empty), Caller.System, command), now);
        // Nothing to do is nothing to log here: no repeat of these can come late.
        if (outcome.IsRefused || outcome.Events is [NothingChanged]) return Journal.Settled();
        return Record(outcome.Events, now);
    }

    /// <summary>Events that answer no command. Completes when durable (null) or lost.</summary>
    private protected Task<Retry?> Record(ImmutableArray<Event> events, DateTimeOffset now)
    {
        var commit = Journal.Join(events, null, null, now) ?? throw new InvalidOperationException($"{Stream}: an effect is too large to be stored.");
        Arm();
        return commit.Outcome;
    }

    private async ValueTask<Answer> DecideAndCommit(Request request)
    {
        if (Journal.SteppedDown is { } gone) return gone;
        switch (Journal.State.Memory.Find(request.Caller.By, request.Id, out var first, out var last))
        {
            case Remembered.Yes: return await Accept(request, Journal.Settled(), new Accepted(first, last, Repeat: true));
            case Remembered.Stale: return await Refuse(Outcome.Refuse(Refusal.StaleCommand));
            case Remembered.Full: return await Refuse(Outcome.Refuse(Refusal.Busy, "idempotency keys"));
            case Remembered.No: break;
        }
        var now = Journal.Now();
        var outcome = Decide(Journal.State, request, now);
        if (outcome.IsRefused) return await Refuse(outcome);
        // An append that ends at once has effects at once, whose events may follow these before Join returns.
        var before = Journal.State.Version;
        var commit = Journal.Join(outcome.Events, request.Caller.By, request.Id, now);
        if (commit is null) return await Refuse(Outcome.Refuse(Refusal.TooLarge, "more than one append holds"));
        Arm();
        return await Accept(request, commit.Outcome, new Accepted(before + 1, before + outcome.Events.Length));
    }

    private async ValueTask<Answer> Accept(Request request, Task<Retry?> durable, Accepted accepted)
    {
        // Never fails: what is lost is its result.
        Services.Metrics.Waits(1);
        var lost = await durable;
        Services.Metrics.Waits(-1);
        if (lost is not null) return lost;
        Services.Metrics.Accepted();
        return await Conclude(request, accepted);
    }

    /// <summary>Also a refusal waits: what it was decided on may never become true.</summary>
    private async ValueTask<Answer> Refuse(Outcome outcome)
    {
        Services.Metrics.Waits(1);
        var lost = await Journal.Settled();
        Services.Metrics.Waits(-1);
        return lost is not null ? lost : Refuse(outcome.Reason, outcome.Detail);
    }

    private Refused Refuse(Refusal reason, string? detail)
    {
        Services.Metrics.Refused(reason);
        return new Refused(reason, detail);
    }

    /// <summary>The durable state holds everything up to <paramref name="seen"/>, or this activation says that it cannot know.</summary>
    private protected async ValueTask ReadyToShow(long seen)
    {
        ThrowIfQuarantined();
        await CatchUpReader(seen);
        if (Journal.SteppedDown is { } retry) throw new SteppedDownException(retry.Why);
    }

    private async ValueTask CatchUpReader(long seen)
    {
        if (seen <= Journal.Durable.Version) return;
        await Journal.Settled();
        await Journal.CatchUp(seen, Journal.Durable.Version);
    }

    /// <summary>Lets the shell call what only derived grains know.</summary>
    private sealed class Hooks(StreamGrain<TState> grain) : IShellHooks<TState>
    {
        public void Evolved(Recorded recorded) => grain.OnEvolved(recorded);

        public void Durable(Commit<TState> commit) => grain.OnDurable(commit);

        public void Lost()
        {
            grain.OnClosing();
            grain.DeactivateOnIdle();
        }

        public Task<Retry?> Tick() => grain.Submit(new Tick());

        public Task Work(CancellationToken cancellation) => grain.Work(cancellation);

        public DateTimeOffset? NextWork => grain.NextWork;

        public Task<bool> PrepareSnapshot(TState durable) => grain.PrepareSnapshot(durable);
    }
}
