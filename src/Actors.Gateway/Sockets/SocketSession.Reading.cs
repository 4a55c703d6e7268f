using System.Text.Json.Serialization.Metadata;
using Actors.Contracts;

namespace Actors.Gateway;

// What the sender asks of threads. Each question is answered when it is read, or refused.
internal abstract partial class SocketSession
{
    /// <summary>True where the message asks something of a thread; then it is answered.</summary>
    protected bool TryAsk(ReadOnlySpan<byte> utf8, in Envelope envelope)
    {
        switch (envelope.Type)
        {
            case ClientTypes.History:
                if (Begun(utf8, envelope, ClientJson.Default.HistoryQuery) is { } history)
                    _ = Read(envelope.Id, ThreadOf(envelope), HistoryRules.Check(history.Before, history.After, history.Around, history.Limit), of => History(history, of));
                return true;
            case ClientTypes.Search:
                if (Begun(utf8, envelope, ClientJson.Default.SearchQuery) is { } search)
                    _ = Read(envelope.Id, ThreadOf(envelope), SearchRules.Check(search.Q, search.Before, search.Limit), of => Search(search, of));
                return true;
            case ClientTypes.Receipts:
                if (Begun(utf8, envelope, ClientJson.Default.ReceiptsQuery) is { } receipts)
                    _ = Read(envelope.Id, ThreadOf(envelope), ReceiptsRules.Check(receipts.Message, receipts.After, receipts.Limit), of => Receipts(receipts, of));
                return true;
            default:
                return false;
        }
    }

    /// <summary>The thread that a message is about; null where it names none.</summary>
    protected abstract StreamId? ThreadOf(in Envelope envelope);

    /// <summary>The field that names it.</summary>
    protected abstract string ThreadField { get; }

    /// <summary>The value of a message that was begun; null where it is refused.</summary>
    protected T? Begun<T>(ReadOnlySpan<byte> utf8, in Envelope envelope, JsonTypeInfo<T> type)
        where T : class
    {
        var (query, refused) = ClientTypes.Parse(utf8, type);
        if (refused is not null) Refuse(envelope.Id, refused);
        return refused is null && TryBegin(envelope.Id) ? query : null;
    }

    private async Task<ReadOnlyMemory<byte>> History(HistoryQuery query, StreamId thread)
    {
        var request = new HistoryRequest(query.Before, query.After, query.Limit, Caller.Participant(Participant), MeetingSeenBy(thread), query.Around, Known(thread));
        var page = await services.Calls.Call(
            static (state, token) => state.grain.History(state.request, token), (grain: ThreadGrain(thread), request), CancellationToken.None);
        return page.Refusal is { } refusal ? Refused(query.Id, refusal) : ServerMessages.History(query.Id, thread, page);
    }

    private async Task<ReadOnlyMemory<byte>> Search(SearchQuery query, StreamId thread)
    {
        var request = new SearchRequest(query.Q, query.Before, query.Limit, Caller.Participant(Participant), MeetingSeenBy(thread), Known(thread));
        var found = await services.Calls.Call(
            static (state, token) => state.grain.Search(state.request, token), (grain: ThreadGrain(thread), request), CancellationToken.None);
        return found.Refusal is { } refusal ? Refused(query.Id, refusal) : ServerMessages.Found(query.Id, thread, found);
    }

    private async Task<ReadOnlyMemory<byte>> Receipts(ReceiptsQuery query, StreamId thread)
    {
        var request = new MessageReceiptsRequest(
            query.Message, Caller.Participant(Participant), query.After, query.Limit, MeetingSeenBy(thread), Known(thread));
        var page = await services.Calls.Call(
            static (state, token) => state.grain.MessageReceipts(state.request, token), (grain: ThreadGrain(thread), request), CancellationToken.None);
        return page.Refusal is { } refusal ? Refused(query.Id, refusal) : ServerMessages.Receipts(query.Id, thread, page);
    }

    private async Task Read(long id, StreamId? thread, Refused? refused, Func<StreamId, Task<ReadOnlyMemory<byte>>> read)
    {
        try
        {
            if (thread is null) Refuse(id, new Refused(Refusal.InvalidArgument, ThreadField));
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
