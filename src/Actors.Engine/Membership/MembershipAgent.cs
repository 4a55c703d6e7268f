using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>
/// A silo's part in the membership protocol, step by step: <see cref="MembershipLoops"/> calls the steps in time, tests in any order. The table
/// is the truth; what it says of this silo is final.
/// </summary>
/// <param name="describe">The silo's own row; asked when it joins, not before.</param>
/// <param name="random">Spreads the attempts of silos that change the table at once.</param>
internal sealed class MembershipAgent(
    Func<ClusterMember> describe, IMembershipTable table, IProbe probe, ClusterMembershipOptions options, TimeProvider time, Random random, ILogger log)
    : ISiloMembership, IDisposable
{
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly ViewHolder _view = new();
    private readonly CancellationTokenSource _stop = new();
    private MembershipLoops? _loops;
    private ClusterMember? _self;
    private FailureDetector? _detector;
    private volatile bool _joined;
    private int _evicted;

    public event Action<ClusterView>? Changed
    {
        add => _view.Changed += value;
        remove => _view.Changed -= value;
    }

    /// <summary>Raised once, when the table says that this silo is dead: the process has to end.</summary>
    public event Action<string>? Evicted;

    public ClusterView Current => _view.Current;

    public ClusterMembershipOptions Options => options;

    private ClusterMember Self => _self ?? throw new InvalidOperationException("This silo has not joined.");

    public async Task Join(CancellationToken cancellation)
    {
        await Enter(cancellation);
        _loops = new MembershipLoops(this, time, log, _stop.Token);
    }

    /// <summary>Joins without beginning to act by itself.</summary>
    /// <exception cref="OrleansException">Patience ended, or the silo was declared dead before it was active.</exception>
    public async Task Enter(CancellationToken cancellation)
    {
        var self = describe();
        (_self, _detector) = (self, new FailureDetector(self.Silo, probe, options, time));
        var (since, complained) = (time.GetUtcNow(), DateTimeOffset.MinValue);
        while (true)
        {
            Exception? fault = null;
            try
            {
                if (await TryEnter(cancellation))
                {
                    _joined = true;
                    return;
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                fault = exception;
            }

            if (IsBuried)
            {
                throw new OrleansException($"{self.Silo} was declared dead while it was joining; it needs a new start.");
            }

            var (now, reason) = (time.GetUtcNow(), fault?.Message ?? "others change it all the time");
            if (now - since >= options.MaxJoinAttemptTime)
            {
                throw new OrleansException($"{self.Silo} could not join the cluster within {options.MaxJoinAttemptTime}: {reason}", fault);
            }

            if (now - complained >= MembershipLimits.JoinComplaint)
            {
                complained = now;
                log.LogWarning("The membership table cannot be written: {Silo} waits to join ({Reason})", self.Silo, reason);
            }

            await Task.Delay(MembershipLimits.JoinPause, time, cancellation);
        }
    }

    public Task Leave(CancellationToken cancellation) => Tell(SiloStatus.ShuttingDown, cancellation);

    public async Task Left(CancellationToken cancellation)
    {
        await Tell(SiloStatus.Dead, cancellation);
        Abandon();
    }

    public void Abandon()
    {
        _joined = false;
        _stop.Cancel();
        _loops?.Dispose();
    }

    public void Dispose() => Abandon();

    public async Task Refresh(long atLeast, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            if (Current.Version < atLeast)
            {
                Adopt(await Within(table.Read, cancellation));
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Rereads the table, whatever is known.</summary>
    public Task Look(CancellationToken cancellation) => Refresh(long.MaxValue, cancellation);

    public async Task Beat(CancellationToken cancellation)
    {
        if (_joined && !await Within(token => table.Heartbeat(Self.Silo, time.GetUtcNow(), token), cancellation))
        {
            await Look(cancellation);
        }
    }

    /// <summary>The process stood still: perhaps it was voted out meanwhile.</summary>
    public Task Awaken(CancellationToken cancellation)
    {
        _detector?.Stalled();
        return Look(cancellation);
    }

    public async Task ProbeRound(CancellationToken cancellation)
    {
        if (!_joined || _detector is not { } detector)
        {
            return;
        }

        foreach (var silo in await detector.Round(Current, cancellation))
        {
            await Suspect(silo, cancellation);
        }
    }

    /// <summary>Removes rows of silos that died long ago.</summary>
    public async Task CleanUp(CancellationToken cancellation)
    {
        var before = time.GetUtcNow() - options.DefunctSiloExpiration;
        foreach (var row in (await Within(table.Read, cancellation)).Rows.Where(row => row.Status == SiloStatus.Dead && row.AliveAt < before))
        {
            await Within(async token =>
            {
                await table.Delete(row.Silo, token);
                return true;
            }, cancellation);
        }
    }

    /// <summary>A vote, and the verdict where it was the last one needed.</summary>
    private Task<bool> Suspect(SiloAddress silo, CancellationToken cancellation) => Change(
        reading =>
        {
            if (reading.Find(silo) is not { Status: not SiloStatus.Dead } row || reading.Find(Self.Silo) is not { Status: not SiloStatus.Dead })
            {
                return null;
            }

            var now = time.GetUtcNow();
            var others = reading.Rows.Where(r => r.Status == SiloStatus.Active && !r.Silo.Equals(silo)).Select(r => r.Silo).ToArray();
            var votes = row.Suspicions
                .Where(vote => now - vote.At < options.DeathVoteExpirationTimeout && !vote.By.Equals(Self.Silo) && others.Contains(vote.By))
                .Append(new Suspicion(Self.Silo, now)).ToArray();
            // Who is missing itself cannot vote, and must not be waited for.
            var voters = others.Count(other => other.Equals(Self.Silo) || votes.Any(vote => vote.By.Equals(other)) || !_detector!.IsMissing(other));
            if (votes.Length >= Math.Min(options.NumVotesForDeathDeclaration, Math.Max(voters, 1)))
            {
                log.LogWarning("{Silo} does not answer: {Count} votes declare it dead", silo, votes.Length);
                return row.With(SiloStatus.Dead) with { Suspicions = [.. votes] };
            }

            var voted = row.Suspicions.Any(vote => vote.By.Equals(Self.Silo) && now - vote.At < options.DeathVoteExpirationTimeout);
            if (!voted)
            {
                log.LogInformation("{Silo} does not answer: one vote more, {Count} so far", silo, votes.Length);
            }

            return voted ? null : row with { Suspicions = [.. votes] };
        },
        cancellation);

    // A silo that is not in the view has not been declared dead: it has not been seen at all.
    private bool IsBuried => Current.Members.Any(m => m.Silo.Equals(Self.Silo) && m.Status == SiloStatus.Dead);

    private async Task<bool> TryEnter(CancellationToken cancellation)
    {
        await Within(table.Start, cancellation);
        return await Change(reading => RowOf(reading, SiloStatus.Joining), cancellation)
            && await BuryPredecessors(cancellation)
            && await Change(reading => RowOf(reading, SiloStatus.Active), cancellation)
            && Current.StatusOf(Self.Silo) == SiloStatus.Active;
    }

    // Older incarnations of this address cannot be alive: the port is ours.
    private async Task<bool> BuryPredecessors(CancellationToken cancellation)
    {
        while (Current.Members.FirstOrDefault(m =>
            m.Silo.Endpoint.Equals(Self.Silo.Endpoint) && m.Silo.Generation < Self.Silo.Generation && m.Status != SiloStatus.Dead) is { } old)
        {
            if (!await Change(reading => reading.Find(old.Silo) is { Status: not SiloStatus.Dead } row ? row.With(SiloStatus.Dead) : null, cancellation))
            {
                return false;
            }
        }

        return true;
    }

    private async Task Tell(SiloStatus status, CancellationToken cancellation)
    {
        if (!_joined)
        {
            return;
        }

        if (status == SiloStatus.Dead)
        {
            _joined = false;
        }

        try
        {
            if (!await Change(reading => reading.Find(Self.Silo) is { Status: not SiloStatus.Dead } row ? row.With(status) : null, cancellation))
            {
                log.LogWarning("The membership table is too busy to be told that {Silo} is {Status}; others will notice", Self.Silo, status);
            }
        }
        catch (Exception fault)
        {
            log.LogWarning("The membership table was not told that {Silo} is {Status} ({Reason}); others will notice", Self.Silo, status, fault.Message);
        }
    }

    /// <summary>
    /// Reads, lets the caller say which row changes how (null: nothing to do), and writes, until nobody else was faster. False where others were
    /// faster each time: nothing is changed.
    /// </summary>
    private async Task<bool> Change(Func<TableReading, MemberRow?> decide, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var reading = await Within(table.Read, cancellation);
            Adopt(reading);
            if (decide(reading) is not { } row)
            {
                return true;
            }

            if (await Within(token => table.Write(row, reading.Version, token), cancellation))
            {
                Adopt(await Within(table.Read, cancellation));
                return true;
            }

            if (attempt == MembershipLimits.WriteAttempts)
            {
                log.LogInformation("The membership table is busy: a change was given up after {Attempts} attempts", attempt);
                return false;
            }

            await Task.Delay(MembershipLimits.WritePause * attempt * Chance(), time, cancellation);
        }
    }

    private double Chance()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }

    // Dead is for good, also for a silo that has not been active yet.
    private MemberRow? RowOf(TableReading reading, SiloStatus status) => reading.Find(Self.Silo) switch
    {
        null => new MemberRow(Self with { Status = status }, time.GetUtcNow(), []),
        { Status: SiloStatus.Dead } => null,
        var known => known.With(status),
    };

    // A reading that is older than what is known, of a time before this silo joined perhaps, is no verdict.
    private void Adopt(TableReading reading)
    {
        _view.Offer(reading.View());
        if (_joined && reading.Version >= Current.Version
            && reading.Find(Self.Silo) is null or { Status: SiloStatus.Dead } && Interlocked.Exchange(ref _evicted, 1) == 0)
        {
            _joined = false;
            Evicted?.Invoke($"{Self.Silo} finds itself declared dead.");
        }
    }

    private async Task<T> Within<T>(Func<CancellationToken, Task<T>> access, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(MembershipLimits.TableDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        return await access(either.Token);
    }

    private Task Within(Func<CancellationToken, Task> access, CancellationToken cancellation) => Within(
        async token =>
        {
            await access(token);
            return true;
        },
        cancellation);
}
