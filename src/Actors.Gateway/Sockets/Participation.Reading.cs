using Actors.Contracts;

namespace Actors.Gateway;

// What the sender asks of threads. Each question is answered when it is read, or refused.
internal sealed partial class Participation
{
    private Task History(HistoryQuery query) => Answer(
        query.Id, query.Thread, HistoryRules.Check(query.Before, query.After, query.Around, query.Limit), async thread =>
        {
            var request = new HistoryRequest(query.Before, query.After, query.Limit, Caller.Participant(Participant), MeetingSeen, query.Around, Known(thread));
            var page = await services.Calls.Call(
                static (state, token) => state.grain.History(state.request, token), (grain: ThreadGrain(thread), request), CancellationToken.None);
            return page.Refusal is { } refusal ? Refused(query.Id, refusal) : ServerMessages.History(query.Id, thread.Place, page);
        });

    private Task Search(SearchQuery query) => Answer(
        query.Id, query.Thread, SearchRules.Check(query.Q, query.Before, query.Limit), async thread =>
        {
            var request = new SearchRequest(query.Q, query.Before, query.Limit, Caller.Participant(Participant), MeetingSeen, Known(thread));
            var found = await services.Calls.Call(
                static (state, token) => state.grain.Search(state.request, token), (grain: ThreadGrain(thread), request), CancellationToken.None);
            return found.Refusal is { } refusal ? Refused(query.Id, refusal) : ServerMessages.Found(query.Id, thread.Place, found);
        });

    private Task Receipts(ReceiptsQuery query) => Answer(
        query.Id, query.Thread, ReceiptsRules.Check(query.Message, query.After, query.Limit), async thread =>
        {
            var request = new MessageReceiptsRequest(query.Message, Caller.Participant(Participant), query.After, query.Limit, MeetingSeen, Known(thread));
            var page = await services.Calls.Call(
                static (state, token) => state.grain.MessageReceipts(state.request, token), (grain: ThreadGrain(thread), request), CancellationToken.None);
            return page.Refusal is { } refusal ? Refused(query.Id, refusal) : ServerMessages.Receipts(query.Id, thread.Place, page);
        });

    private async Task Answer(long id, string? place, Refused? refused, Func<StreamId, Task<ReadOnlyMemory<byte>>> read)
    {
        try
        {
            if (ThreadOf(place) is not { } thread) Refuse(id, new Refused(Refusal.InvalidArgument, "thread"));
            else if (refused is not null) Refuse(id, refused);
            else socket.Send(await read(thread), exempt: true);
        }
        catch (ClusterUnavailableException)
        {
            Refuse(id, new Refused(Refusal.Unavailable));
        }
        finally
        {
            Finish();
        }
    }

    private IThreadGrain ThreadGrain(StreamId thread) => (IThreadGrain)thread.Grain(services.Cluster);

    private static ReadOnlyMemory<byte> Refused(long id, Refusal reason) => ServerMessages.Refused(id, new Refused(reason));
}
