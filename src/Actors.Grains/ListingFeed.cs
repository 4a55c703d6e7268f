using Actors.Meetings;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>
/// Writes the meeting's entries in its tenant's lists. An idempotent effect: the version is the number of the event that changed them, so that a fresh
/// activation, which knows nothing, finds them written or writes them; a rival that comes late writes nothing.
/// </summary>
internal sealed class ListingFeed(GrainKey key, string stream, GrainServices services, ILogger logger, Func<MeetingState> durable)
{
    private Task _running = Task.CompletedTask;
    private long _through;

    public bool IsBehind => durable().Listed > _through;

    /// <summary>Starts writing, or waits for the writing under way; ends when it is done or has failed.</summary>
    public Task Run() => _running.IsCompleted && IsBehind ? _running = Write() : _running;

    /// <summary>True once lists show the durable state; false when <paramref name="patience"/> ends first or writing failed.</summary>
    public async ValueTask<bool> Shown(TimeSpan patience)
    {
        using var over = new CancellationTokenSource();
        await Task.WhenAny(Run(), Task.Delay(patience, services.Clock.Time, over.Token));
        await over.CancelAsync();
        return !IsBehind;
    }

    private async Task Write()
    {
        try
        {
            while (IsBehind)
            {
                var state = durable();
                await services.Lists.Replace(stream, state.Listed, Listings.Entries(key, state), services.Stopping);
                _through = state.Listed;
            }
        }
        catch (Exception fault)
        {
            Log.EffectFailed(logger, fault, stream, "its entries in lists");
        }
    }
}
