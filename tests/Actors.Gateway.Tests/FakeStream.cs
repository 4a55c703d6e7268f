using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>A stream whose events and views the test writes. Reads park like a grain's; what they are asked is counted.</summary>
internal sealed class FakeStream : IMeetingGrain, IThreadGrain
{
    private readonly Lock _gate = new();
    private readonly List<Recorded> _events = [];
    private readonly Queue<Exception> _faults = [];
    private TaskCompletionSource _news = New();
    private long _floor;
    private bool _reset;
    private bool _stepsDown;

    public int Reads { get; private set; }

    public int Views { get; private set; }

    /// <summary>Numbers that views were asked to show.</summary>
    public List<long> Asked { get; } = [];

    /// <summary>An activation that is behind: its views show no more than this, unless they are asked for more.</summary>
    public long? Behind { get; set; }

    public List<GatewayLease> Leases { get; } = [];

    /// <summary>Where readers stood among the signals.</summary>
    public List<long> SignalsAsked { get; } = [];

    /// <summary>What a view at the given number shows; the default is an empty live meeting.</summary>
    public Func<Audience, long, View?> Show { get; set; } = (_, number) => Meeting(number);

    /// <summary>Views wait for it.</summary>
    public Task Shown { get; init; } = Task.CompletedTask;

    /// <summary>From where who waits reads; null: no member.</summary>
    public Func<string, long?> Floor { get; set; } = _ => 0;

    public long Head
    {
        get
        {
            lock (_gate) return _events.Count;
        }
    }

    public static MeetingView Meeting(long number, params ImmutableArray<ParticipantView> people) => new(
        number, MeetingStatus.Live, "", MeetingSettings.Default, false, people, 0, [], RoomsStatus.None, []);

    public void Publish(params ReadOnlySpan<Event> events)
    {
        lock (_gate)
        {
            foreach (var one in events) _events.Add(new Recorded(_events.Count + 1, DateTimeOffset.UnixEpoch, "u0", null, one));
            Wake();
        }
    }

    /// <summary>Memory reaches back to events after this number only.</summary>
    public void Forget(long floor)
    {
        lock (_gate) _floor = floor;
    }

    /// <summary>The next read, also a parked one, is answered with Reset.</summary>
    public void ResetReaders()
    {
        lock (_gate)
        {
            _reset = true;
            Wake();
        }
    }

    /// <summary>The next read that does not wait is answered with Retry.</summary>
    public void StepDown()
    {
        lock (_gate) _stepsDown = true;
    }

    public void Fail(params ReadOnlySpan<Exception> faults)
    {
        lock (_gate)
        {
            foreach (var fault in faults) _faults.Enqueue(fault);
            Wake();
        }
    }

    public async ValueTask<StreamPage> Read(ReadRequest request, CancellationToken cancellation)
    {
        while (true)
        {
            Task news;
            lock (_gate)
            {
                Reads++;
                SignalsAsked.Add(request.SignalsAfter);
                if (request.Lease is { } lease) Leases.Add(lease);
                if (_stepsDown && request.Hold == TimeSpan.Zero)
                {
                    _stepsDown = false;
                    return new StreamPage(ReadOutcome.Retry, 0, 0, [], [], 0);
                }
                if (_faults.TryDequeue(out var fault)) throw fault;
                if (_reset || request.After < _floor)
                {
                    _reset = false;
                    return new StreamPage(ReadOutcome.Reset, 0, 0, [], [], 0);
                }
                if (_events.Count > request.After || request.Hold == TimeSpan.Zero)
                    return new StreamPage(ReadOutcome.Ok, request.After + 1, _events.Count, [.. _events.Skip((int)request.After)], [], 0);
                news = _news.Task;
            }
            await news.WaitAsync(cancellation);
        }
    }

    public async ValueTask<View?> View(ViewRequest request, CancellationToken cancellation)
    {
        await Shown.WaitAsync(cancellation);
        lock (_gate)
        {
            Views++;
            Asked.Add(request.Seen);
            return Show(request.Audience, Behind is { } behind && request.Seen <= behind ? behind : _events.Count);
        }
    }

    public ValueTask<Answer> Execute(Request request, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<LogPage> Log(long after, int limit, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<Refused?> Signal(Signal signal, long meetingSeen) => throw new NotSupportedException("Not this test's.");

    public ValueTask Wake(CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<RosterUpdate?> Roster(string place, bool thread, long after, long seen, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<MeetingStanding> Standing(string participant, long seen, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<PeoplePage?> People(PeopleRequest request, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<PlannedPage?> Planned(PlannedRequest request, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<PlacesPage?> Places(PlacesRequest request, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<long> Apply(RosterUpdate update, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<HistoryPage> History(HistoryRequest request, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<MeetingDirects> Directs(long seen, CancellationToken cancellation) => new(new MeetingDirects(seen, DirectThreads));

    /// <summary>Direct threads that there were before anybody read.</summary>
    public ImmutableArray<string> DirectThreads { get; set; } = [];

    public ValueTask<SearchResults> Search(SearchRequest request, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<long?> ReadsAfter(string participant, long meetingSeen, CancellationToken cancellation) => new(Floor(participant));

    public ValueTask<ChannelMembersPage> Members(string? after, int limit, long seen, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<MessageReceipts> MessageReceipts(MessageReceiptsRequest request, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    public ValueTask<Receipts> Receipts(long seen, CancellationToken cancellation) => throw new NotSupportedException("Not this test's.");

    private void Wake()
    {
        _news.TrySetResult();
        _news = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
