using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

// The user's inbox: asked for a page at a time, and from the first page on its changes are told, at the pace of the socket's second.
internal sealed partial class Following
{
    private readonly Lock _changing = new();
    private HashSet<string>? _changed;
    private bool _moreChanged;

    // Guarded by the gate of the channels, with the end.
    private bool _watching;

    // A page may ask a hundred threads: of one socket one at a time.
    private int _listing;

    /// <summary>Threads of the inbox have changed.</summary>
    /// <param name="more">Others too, or perhaps.</param>
    public void InboxChanged(ImmutableArray<string> threads, bool more)
    {
        lock (_changing)
        {
            _changed ??= new HashSet<string>(StringComparer.Ordinal);
            foreach (var thread in threads)
                if (_changed.Count < Limits.InboxChanges) _changed.Add(thread);
                else if (!_changed.Contains(thread)) more = true;
            _moreChanged |= more;
        }
    }

    public override void Tick()
    {
        if (Volatile.Read(ref _changed) is null) return;
        HashSet<string> changed;
        bool more;
        lock (_changing)
        {
            (changed, more) = (_changed!, _moreChanged);
            (_changed, _moreChanged) = (null, false);
        }
        // Of a channel that is followed the socket is told anyway.
        ImmutableArray<ThreadName> names = [.. changed.Select(ThreadName.OfKey).Where(name => name.Channel is null || !Reads(StreamOf(name.Channel).Name))];
        if (names.Length > 0 || more) Send(ServerMessages.InboxChanged(names, more));
    }

    private async Task Inbox(InboxQuery query)
    {
        try
        {
            if (InboxRules.Check(query.After, query.Limit) is { } refused) Refuse(query.Id, refused);
            else if (Interlocked.CompareExchange(ref _listing, 1, 0) != 0) Refuse(query.Id, new Refused(Refusal.Busy, "one page of the inbox at a time"));
            else Answer(query.Id, await Read(query));
        }
        catch (ClusterUnavailableException)
        {
            Refuse(query.Id, new Refused(Refusal.Unavailable));
        }
        finally
        {
            Finish();
        }
    }

    private async Task<InboxPage> Read(InboxQuery query)
    {
        try
        {
            var (grain, request) = (Services.Cluster.GetGrain<IInboxGrain>(Ids.InboxKey(grant.Tenant, grant.User)), new InboxRequest(query.After, query.Limit));
            return await Services.Calls.Call(static (state, token) => state.grain.List(state.request, token), (grain, request), CancellationToken.None);
        }
        finally
        {
            Volatile.Write(ref _listing, 0);
        }
    }

    private void Answer(long id, InboxPage page)
    {
        if (page.Refusal is { } refusal)
        {
            Refuse(id, new Refused(refusal, "after"));
            return;
        }
        Socket.Send(ServerMessages.Inbox(id, page), exempt: true);
        lock (_gate)
        {
            if (_ended || _watching) return;
            _watching = true;
            Services.Inboxes.Enter(this, page.Cursor);
        }
    }
}
