using System.Collections.Immutable;
using Actors.Contracts;
using Actors.Meetings;

namespace Actors.Grains;

/// <summary>
/// Pages of who was where, from the log. Where the page before ended is kept, so that going on from page to page reads the log once; any other
/// cursor reads it from the start.
/// </summary>
/// <param name="log">Events after a number; a page of them.</param>
internal sealed class PlacesReader(Func<long, CancellationToken, ValueTask<LogPage>> log)
{
    private PlaceHistory _reached = PlaceHistory.Empty;

    /// <param name="request">What is asked for.</param>
    /// <param name="head">The last durable number.</param>
    /// <param name="cancellation">The caller's.</param>
    public async ValueTask<PlacesPage> Page(PlacesRequest request, long head, CancellationToken cancellation)
    {
        if (PlacesCursor.Check(request, head, out var cursor) is not null) return new PlacesPage(head, [], Refusal: Refusal.InvalidArgument);
        var stays = ImmutableArray.CreateBuilder<Stay>();
        // Those who lasted at an event are known once it is accounted for, those whose stay it ended are not known any more.
        var history = _reached.Number < cursor.Number || (cursor.Lasting is not null && _reached.Number == cursor.Number) ? _reached : PlaceHistory.Empty;
        var through = cursor.Lasting is null ? head : cursor.Number;
        var ended = new List<Stay>();
        var looked = 0;
        while (history.Number < through)
        {
            var page = await log(history.Number, cancellation);
            if (page.Events.IsEmpty) break;
            foreach (var recorded in page.Events)
            {
                if (recorded.Number > through) break;
                ended.Clear();
                var next = history.Next(recorded, ended);
                for (var i = recorded.Number == cursor.Number ? cursor.Given : 0; cursor.Lasting is null && recorded.Number >= cursor.Number && i < ended.Count; i++)
                {
                    if (!IsWanted(request, ended[i])) continue;
                    if (stays.Count == request.Limit) return Reached(history, stays, new PlacesCursor(recorded.Number, i));
                    stays.Add(ended[i]);
                }
                history = next;
                if (recorded.Number >= cursor.Number) looked++;
            }
            if (looked >= GrainLimits.PlacesScan && history.Number < through) return Reached(history, stays, new PlacesCursor(history.Number + 1));
        }
        var given = cursor.Lasting ?? string.Empty;
        foreach (var (id, stay) in history.Now)
        {
            if (!IsWanted(request, stay) || string.CompareOrdinal(id, given) <= 0) continue;
            if (stays.Count == request.Limit) return Reached(history, stays, new PlacesCursor(history.Number, Lasting: given));
            stays.Add(stay);
            given = id;
        }
        return Reached(history, stays, null);
    }

    private static bool IsWanted(PlacesRequest request, Stay stay) => request.Participant is null || stay.Participant == request.Participant;

    private PlacesPage Reached(PlaceHistory history, ImmutableArray<Stay>.Builder stays, PlacesCursor? next)
    {
        _reached = history;
        return new PlacesPage(history.Number, stays.ToImmutable(), next?.ToString());
    }
}
