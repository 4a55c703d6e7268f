using Actors.Contracts;

namespace Actors.Grains;

/// <summary>
/// Answers the hubs: a page of what is durable after their number, at once or when something comes. Used from the grain's turns only.
/// Fifty hubs at one number share one page.
/// </summary>
internal sealed class Readers(HotTail tail, MeetingClock clock, GrainMetrics metrics, CancellationToken stopping)
{
    private readonly HashSet<ParkedRead> _parked = [];
    private readonly SignalRing _signals = new();
    private StreamPage? _page;
    private (long After, long Last, long SignalsAfter, long SignalCursor) _pageOf;
    private DateTimeOffset _pageUntil;
    private bool _closed;

    /// <summary>What a reader of <paramref name="request"/> gets, after waiting up to its hold where there is nothing yet.</summary>
    public async ValueTask<StreamPage> Read(ReadRequest request, CancellationToken cancellation)
    {
        request = request with { SignalsAfter = _signals.Start(request.SignalsAfter) };
        if (!_closed && !HasNews(request) && request.Hold > TimeSpan.Zero && !stopping.IsCancellationRequested)
            await Park(request.Hold < Limits.ReadHold ? request.Hold : Limits.ReadHold, cancellation);
        return Answer(request);
    }

    /// <summary>Something became durable.</summary>
    public void Wake()
    {
        foreach (var read in _parked) read.Complete();
    }

    public void Signal(Signal signal)
    {
        _signals.Add(signal, clock.Now);
        Wake();
    }

    /// <summary>The activation ends: everybody reads again elsewhere.</summary>
    public void Close()
    {
        _closed = true;
        Wake();
    }

    /// <summary>Events in memory were rewritten.</summary>
    public void Forget() => _page = null;

    private bool HasNews(ReadRequest request) =>
        request.After != tail.Last || _signals.HasAfter(request.SignalsAfter);

    private async Task Park(TimeSpan hold, CancellationToken cancellation)
    {
        if (_parked.Count >= GrainLimits.ParkedReads) return;
        using var read = new ParkedRead(clock.Time, hold, stopping, cancellation);
        _parked.Add(read);
        metrics.Parked(1);
        try
        {
            await read.Completed;
        }
        finally
        {
            _parked.Remove(read);
            metrics.Parked(-1);
        }
    }

    private StreamPage Answer(ReadRequest request)
    {
        var after = request.After;
        if (_closed || stopping.IsCancellationRequested) return Nothing(ReadOutcome.Retry, request);
        if (after < tail.Floor || after > tail.Last) return Nothing(ReadOutcome.Reset, request);
        if (!HasNews(request)) return Nothing(ReadOutcome.Ok, request);
        var key = (after, tail.Last, request.SignalsAfter, _signals.Cursor);
        var now = clock.Now;
        if (_page is { } cached && _pageOf == key && now < _pageUntil) return cached;
        var events = tail.Page(after, Limits.ReadBytes);
        var signals = _signals.After(request.SignalsAfter, now, out var until);
        var page = new StreamPage(ReadOutcome.Ok, after + 1, after + events.Length, events, signals, _signals.Cursor);
        (_page, _pageOf, _pageUntil) = (page, key, until);
        return page;
    }

    private StreamPage Nothing(ReadOutcome outcome, ReadRequest request) =>
        new(outcome, request.After + 1, request.After, [], [], _signals.Cursor);
}
