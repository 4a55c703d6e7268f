using Actors.Contracts;
using Actors.Meetings;

namespace Actors.Grains;

/// <summary>Reads the lists of a tenant's meetings and threads; they are written by the meetings and threads themselves.</summary>
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

    public async ValueTask<ThreadListPage> Threads(ThreadListRequest request, CancellationToken cancellation)
    {
        if (request.Query is { } query && MessageSearch.Check(query) is { } refused) return new ThreadListPage([], Refusal: refused.Reason);
        var (list, limit) = (ThreadRegister.Name(this.GetPrimaryKeyString()), Math.Clamp(request.Limit, 1, Limits.ThreadListPage));
        var page = await services.Lists.Read(list, ThreadRegister.After(request), limit, backwards: true, cancellation).OrAskAgain();
        var threads = page.Entries.Select(ThreadRegister.Read);
        return new ThreadListPage([.. threads.Where(thread => request.Reader is not { } user || ThreadRegister.MayRead(thread.Name, user))], page.Next);
    }
}
