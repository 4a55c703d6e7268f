using Actors.Contracts;
using Actors.Meetings;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>
/// Keeps the meeting's rooms and threads informed of what is durable. The cursor lives in the receiver; what is known of it here is a
/// memory of its last answer, 0 until it gave one, so that a fresh activation tells everybody again. One call at a time per receiver,
/// and what happens meanwhile goes with the next.
/// </summary>
internal sealed class ReceiverOutbox(GrainKey key, IGrainFactory grains, GrainServices services, ILogger logger, Func<MeetingState> durable, HotTail tail)
{
    /// <summary>Calls under way at once: a round of a hundred rooms has two hundred receivers.</summary>
    private const int Concurrency = 32;

    private readonly Dictionary<(string Place, bool Thread), long> _cursors = [];
    private readonly Dictionary<(string Place, bool Thread), Task> _calls = [];
    private readonly HashSet<(string Place, bool Thread)> _failed = [];
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _closed;

    /// <summary>Some receiver has not confirmed what concerns it.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Starts informing who is behind, except those who failed since the last <see cref="SendAll"/>; never waits.</summary>
    public void Send()
    {
        IsBehind = false;
        if (_closed) return;
        foreach (var receiver in Rosters.Receivers(durable()))
        {
            var id = (receiver.Place, receiver.Thread);
            if (Cursor(id) >= receiver.Concerned) continue;
            IsBehind = true;
            if (_calls.Count < Concurrency && !_calls.ContainsKey(id) && !_failed.Contains(id)) _calls[id] = Inform(id);
        }
    }

    /// <summary>Tries everybody again, and waits until each has answered or failed.</summary>
    public async Task SendAll()
    {
        _failed.Clear();
        Send();
        while (_calls.Count > 0) await Task.WhenAny(_calls.Values);
    }

    /// <summary>The activation is going: nothing new is begun.</summary>
    public void Close() => _closed = true;

    /// <summary>
    /// True once every receiver that events <paramref name="first"/>–<paramref name="last"/> concern has applied them; false when
    /// <paramref name="patience"/> ends first.
    /// </summary>
    public async ValueTask<bool> Applied(long first, long last, TimeSpan patience)
    {
        bool IsBehind(Receiver one) => Cursor((one.Place, one.Thread)) < Math.Min(one.Concerned, last);
        var concerned = Rosters.Receivers(durable()).Where(one => one.Concerned >= first && IsBehind(one)).ToArray();
        if (concerned.Length == 0) return true;
        var over = Task.Delay(patience, services.Clock.Time);
        while (concerned.Any(IsBehind))
        {
            if (await Task.WhenAny(_progress.Task, over) == over) return false;
        }
        return true;
    }

    private long Cursor((string, bool) receiver) => _cursors.GetValueOrDefault(receiver);

    private async Task Inform((string Place, bool Thread) id)
    {
        // The call enters the books before it can end.
        await Task.Yield();
        try
        {
            while (!_closed && IsBehindNow(id))
            {
                var after = Cursor(id);
                if (Update(id, after) is not { } update) throw new InvalidOperationException("There is a receiver but nothing to tell it.");
                var cursor = await Receiver(id).Apply(update, CancellationToken.None);
                _cursors[id] = cursor;
                Progress();
                // A delta that did not fit is followed by one from the cursor it answered; who stands still is left to the housekeeping.
                if (cursor < update.Through && cursor == after) _failed.Add(id);
            }
        }
        catch (Exception fault)
        {
            _failed.Add(id);
            Log.ReceiverFailed(logger, fault, key.MeetingKey, id.Thread ? $"thread {id.Place}" : $"room {id.Place}");
        }
        finally
        {
            _calls.Remove(id);
        }
        // Others may have waited for the place in the books.
        Send();
    }

    private bool IsBehindNow((string Place, bool Thread) id) => !_failed.Contains(id)
        && Rosters.Receivers(durable()).Any(one => one.Place == id.Place && one.Thread == id.Thread && Cursor(id) < one.Concerned);

    private RosterUpdate? Update((string Place, bool Thread) id, long after) =>
        Rosters.Update(durable(), id.Place, id.Thread, after, TailSince(tail, after));

    /// <summary>Every event after a receiver's cursor, null where memory does not reach back so far.</summary>
    public static IReadOnlyList<Recorded>? TailSince(HotTail tail, long after) =>
        after >= tail.Floor && after <= tail.Last ? tail.Page(after, int.MaxValue) : null;

    private void Progress()
    {
        var progress = _progress;
        _progress = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        progress.TrySetResult();
    }

    private IReceiverGrain Receiver((string Place, bool Thread) id) => id.Thread
        ? grains.GetGrain<IThreadGrain>(Ids.ThreadKey(key.Tenant, key.Meeting, id.Place))
        : grains.GetGrain<IRoomGrain>(Ids.RoomKey(key.Tenant, key.Meeting, id.Place));
}
