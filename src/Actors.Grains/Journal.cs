using System.Collections.Immutable;
using System.Diagnostics;
using Actors.Contracts;
using Actors.Meetings;
using Actors.Storage;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <param name="Evolved">An event was folded into the newest state.</param>
/// <param name="Durable">A batch has become durable: called in order, before anybody is answered.</param>
/// <param name="Lost">The activation has stepped down.</param>
internal sealed record JournalHooks<TState>(Action<Recorded> Evolved, Action<Commit<TState>> Durable, Action Lost) where TState : class;

/// <summary>
/// The write path of one stream: events join the open batch, one append is in flight, what arrives meanwhile is the next batch. Everything
/// runs in turns of the grain. Two states: the newest, on which decisions are made, and the durable one, the only one that is shown.
/// </summary>
internal sealed class Journal<TState> where TState : class, IStreamState<TState>
{
    private readonly string _stream;
    private readonly Writer _writer;
    private readonly GrainServices _services;
    private readonly ILogger _logger;
    private readonly JournalHooks<TState> _hooks;
    private readonly Appender _appender;
    private readonly Queue<Commit<TState>> _waiting = new();
    private Commit<TState>? _last;
    private Commit<TState>? _open;
    private Task _verifying = Task.CompletedTask;
    private bool _running;
    private long _lastContact;

    public Journal(string stream, GrainServices services, ILogger logger, JournalHooks<TState> hooks)
    {
        (_stream, _services, _logger, _hooks) = (stream, services, logger, hooks);
        _writer = services.Ids.Next();
        _appender = new Appender(stream, services, logger, _writer.Jitter);
        _lastContact = services.Clock.Time.GetTimestamp();
    }

    /// <summary>After every event decided, durable or not.</summary>
    public TState State { get; private set; } = TState.Empty;

    /// <summary>After the last durable event.</summary>
    public TState Durable { get; private set; } = TState.Empty;

    /// <summary>What to answer to everybody once this activation has lost its stream; null while it has not.</summary>
    public Retry? SteppedDown { get; private set; }

    /// <summary>The append loop, for deactivation.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Starts from what storage holds; to be called once.</summary>
    public void Start(TState loaded)
    {
        (State, Durable) = (loaded, loaded);
        _lastContact = _services.Clock.Time.GetTimestamp();
    }

    /// <summary>Completes once everything that <see cref="State"/> contains now is durable (null) or lost.</summary>
    public Task<Retry?> Settled() => SteppedDown is null && _last is { } last ? last.Outcome : Task.FromResult(SteppedDown);

    /// <summary>No event is dated before its predecessor.</summary>
    public DateTimeOffset Now()
    {
        var now = _services.Clock.Now;
        return now > State.LastTime ? now : State.LastTime;
    }

    /// <summary>
    /// Evolves the state and puts the events of one decision into the open batch; null where they are too large to be stored at once.
    /// Where the fold throws, nothing has changed.
    /// </summary>
    public Commit<TState>? Join(ImmutableArray<Event> events, string? by, CommandId? command, DateTimeOffset now)
    {
        if (SteppedDown is not null) throw new InvalidOperationException("Nothing is decided after stepping down.");
        var state = State;
        var recorded = new Recorded[events.Length];
        for (var i = 0; i < recorded.Length; i++)
        {
            recorded[i] = new Recorded(state.Version + 1, now, by, command, events[i]);
            state = state.Evolve(recorded[i]);
        }
        var commit = Add(recorded, now);
        if (commit is null) return null;
        (State, commit.After, _last) = (state, state, commit);
        foreach (var one in recorded) _hooks.Evolved(one);
        // What becomes durable may be decided upon within the loop's own turn: there is one loop all the same.
        if (!_running) Running = Run();
        return commit;
    }

    /// <summary>
    /// False where the activation turned out to be behind what a caller has seen, and stepped down. Where storage knows no more than this
    /// activation does, the caller's number is not of this stream, and true.
    /// </summary>
    public async ValueTask<bool> CatchUp(long seen, long known)
    {
        if (SteppedDown is null && seen > known)
        {
            // One reading under way may have begun before what the caller saw was written. The next serves all who wait. Nothing is remembered of
            // numbers: a caller may name any, and must not spoil the check for others.
            if (!_verifying.IsCompleted) await _verifying.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Current);
            if (SteppedDown is null)
            {
                if (_verifying.IsCompleted) _verifying = Verify();
                await _verifying;
            }
        }
        return SteppedDown is null;
    }

    /// <summary>Steps down where storage holds events that this activation has not read. Storage's silence says nothing.</summary>
    public async Task LookForRivals()
    {
        try
        {
            await CatchUp(long.MaxValue, Durable.Version);
        }
        catch (SteppedDownException silence)
        {
            Log.RivalsUnknown(_logger, silence, _stream);
        }
    }

    public void StepDown(string why)
    {
        if (SteppedDown is not null) return;
        SteppedDown = new Retry(why);
        _services.Metrics.SteppedDown();
        Log.SteppedDown(_logger, _stream, why);
        while (_waiting.TryDequeue(out var commit)) commit.Complete(SteppedDown);
        _open = null;
        _hooks.Lost();
    }

    private Commit<TState>? Add(Recorded[] recorded, DateTimeOffset now)
    {
        if (_open is { IsFull: false } open && open.TryAdd(recorded)) return open;
        var fresh = new Commit<TState>(now, recorded[0].Number);
        if (!fresh.TryAdd(recorded)) return null;
        _waiting.Enqueue(fresh);
        return _open = fresh;
    }

    private async Task Run()
    {
        Commit<TState>? commit = null;
        _running = true;
        try
        {
            while (_waiting.Count > 0)
            {
                // Until a slot is free the batch stays open: where many streams compete for storage, each of them writes less often and more at once.
                using var slot = await _services.AppendSlots.Enter();
                if (!_waiting.TryDequeue(out commit)) break;
                if (commit == _open) _open = null;
                if (await Append(commit) is not { } why)
                {
                    commit.Complete(null);
                    continue;
                }
                StepDown(why);
                commit.Complete(SteppedDown);
            }
        }
        catch (Exception broken)
        {
            Log.JournalBroken(_logger, broken, _stream);
            StepDown("An append failed in a way that is not storage's.");
            commit?.Complete(SteppedDown);
        }
        finally
        {
            _running = false;
        }
    }

    /// <summary>Null where durable, else why not.</summary>
    private async Task<string?> Append(Commit<TState> commit)
    {
        var time = _services.Clock.Time;
        if (time.GetElapsedTime(_lastContact) >= GrainLimits.OutOfContact && await RivalSince(commit.Version) is { } rival) return rival;
        if (SteppedDown is not null) return SteppedDown.Why;
        var started = time.GetTimestamp();
        var result = await _appender.Append(commit.ToBatch(_writer.NextWriteId(), _writer.Name));
        if (result is AppendResult.Conflict conflict) return $"{conflict.Existing.Writer} wrote event {conflict.Existing.Version}.";
        if (result is not AppendResult.Appended appended) return "Storage did not answer in time.";
        _lastContact = time.GetTimestamp();
        _services.Metrics.Appended(commit.Commands, appended.WriteUnits, time.GetElapsedTime(started));
        // A step-down that came while the append was on its way does not undo it: it is durable and its callers may know.
        Durable = commit.After ?? throw new UnreachableException();
        _hooks.Durable(commit);
        return null;
    }

    private async Task<string?> RivalSince(long version)
    {
        try
        {
            return await HasForeignTail(version) ? "Somebody else wrote while this activation was out of contact." : null;
        }
        catch (SteppedDownException silence)
        {
            return silence.Message;
        }
    }

    private async Task Verify()
    {
        if (await HasForeignTail(Durable.Version + 1)) StepDown("Somebody else has written since this activation read the stream.");
    }

    private async Task<bool> HasForeignTail(long from)
    {
        var page = await _services.EventLog.ReadForward(_stream, from, ReadLimit.Default, CancellationToken.None).OrAskAgain();
        return page.Batches.Any(batch => !_writer.Wrote(batch.WriteId));
    }
}
