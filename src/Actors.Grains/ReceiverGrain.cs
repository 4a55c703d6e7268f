using Actors.Contracts;
using Actors.Meetings;

namespace Actors.Grains;

/// <summary>A stream that follows its meeting. Its cursor is in its own log, so what was applied once is never applied again.</summary>
public abstract class ReceiverGrain<TState> : StreamGrain<TState>, IReceiverGrain where TState : class, IStreamState<TState>
{
    /// <summary>Parts of one update: a meeting at its limit, some hundred members a part.</summary>
    private const int Parts = 100;

    private readonly bool _isThread;
    private Task _following = Task.CompletedTask;
    private long _wanted;

    // What the meeting has been asked about; its last part may not have concerned this stream and left the cursor where it was.
    private long _followed;

    private protected ReceiverGrain(GrainServices services, Func<string, string> streamOf, bool isThread) : base(services, streamOf)
    {
        _isThread = isThread;
        if (Key.Place is null && !isThread) throw new ArgumentException($"The key of {Stream} names no place.");
    }

    public async ValueTask<long> Apply(RosterUpdate update, CancellationToken cancellation)
    {
        ThrowIfQuarantined();
        Take(update);
        var cursor = CursorOf(Journal.State);
        return await Journal.Settled() is { } retry ? throw new SteppedDownException(retry.Why) : cursor;
    }

    private protected abstract long CursorOf(TState state);

    /// <summary>What to log of an update; null where nothing (more).</summary>
    private protected abstract Outcome? Receive(TState state, RosterUpdate update);

    /// <summary>An update was taken; the events that it caused are on their way.</summary>
    private protected virtual void OnTaken(RosterUpdate update)
    {
    }

    private protected override async ValueTask<Answer?> Prepare(Request request, CancellationToken cancellation) => await Hear(request.MeetingSeen);

    private protected override ValueTask<Retry?> PrepareSignal(Signal signal, long meetingSeen) => Hear(meetingSeen);

    private async ValueTask<Retry?> Hear(long meetingSeen)
    {
        // To whom nothing was ever told: the meeting is about to, or there is none.
        if (Journal.State.Version == 0 && await FollowNow(meetingSeen) is { } gone) return gone;
        return meetingSeen <= Math.Max(_followed, CursorOf(Journal.State)) ? null : await Follow(meetingSeen);
    }

    /// <summary>Null once this stream has applied what of the meeting up to <paramref name="seen"/> concerns it.</summary>
    private protected async ValueTask<Retry?> Follow(long seen)
    {
        _wanted = Math.Max(_wanted, seen);
        while (Math.Max(_followed, CursorOf(Journal.State)) < seen && Journal.SteppedDown is null)
        {
            // One call for everybody; it asks for what was wanted when it began, so that the next one, at the latest, is enough.
            if (_following.IsCompleted) _following = Ask(_wanted);
            await _following;
        }
        return Journal.SteppedDown;
    }

    /// <summary>Null once this stream has applied what the meeting says now: asked after this call began, in one call with others that wait.</summary>
    private protected async ValueTask<Retry?> FollowNow(long seen)
    {
        _wanted = Math.Max(_wanted, seen);
        // What was asked before may have been answered before.
        if (!_following.IsCompleted) await _following.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Current);
        if (_following.IsCompleted) _following = Ask(Math.Max(_wanted, CursorOf(Journal.State)));
        await _following;
        return Journal.SteppedDown;
    }

    private async Task Ask(long seen)
    {
        var meeting = GrainFactory.GetGrain<IMeetingGrain>(Key.MeetingKey);
        var update = await meeting.Roster(Key.Place!, _isThread, CursorOf(Journal.State), seen, CancellationToken.None);
        if (update is not null) Take(update);
        // A delta that no longer fitted (another update came first) is asked for again. A full one fits always.
        if (update is null || update.Full || CursorOf(Journal.State) >= update.Through) _followed = Math.Max(_followed, seen);
    }

    private void Take(RosterUpdate update)
    {
        for (var part = 0; part < Parts && Journal.SteppedDown is null && Receive(Journal.State, update) is { } outcome; part++)
            _ = Record(outcome.Events, Journal.Now());
        OnTaken(update);
        Arm();
    }
}
