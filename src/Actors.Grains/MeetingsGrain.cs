using Actors.Contracts;

namespace Actors.Grains;

/// <summary>Reads the lists of a tenant's meetings; they are written by the meetings themselves.</summary>
[Reentrant]
public sealed class MeetingsGrain(GrainServices services) : Grain, IMeetingsGrain
{
    public async ValueTask<MeetingListPage> List(MeetingListRequest request, CancellationToken cancellation)
    {
        var tenant = this.GetPrimaryKeyString();
        var list = request.Series is { } series ? Listings.OfSeries(tenant, series) : Listings.Name(tenant, request.List, request.Tag);
        var backwards = request.Series is not null || request.List != MeetingList.Scheduled;
        var page = await services.Lists.Read(list, request.After, Math.Clamp(request.Limit, 1, Limits.ListPage), backwards, cancellation).OrAskAgain();
        return new MeetingListPage([.. page.Entries.Select(Listings.Read)], page.Next);
    }

    public async ValueTask<string?> Current(string series, CancellationToken cancellation)
    {
        var page = await services.Lists.Read(Listings.OfSeries(this.GetPrimaryKeyString(), series), null, 1, backwards: true, cancellation).OrAskAgain();
        return page.Entries.IsEmpty ? null : Listings.Read(page.Entries[0]).Id;
    }
}
