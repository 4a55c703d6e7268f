using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

// What a page of events does to the sockets. Everything here runs under the lock.
internal sealed partial class Hub
{
    private readonly HashSet<string> _changed = [];
    private readonly List<(ISubscriber Subscriber, CloseCode? Code)> _ends = [];
    private readonly List<ISubscriber> _reattach = [];

    private void Apply(StreamPage page)
    {
        lock (_gate)
        {
            foreach (var recorded in page.Events) ApplyOne(recorded);
            TakeOutChanged();
            for (var audience = 0; audience < AudienceClasses.Count; audience++)
                Deliver((Audience)audience, evenNothing: page.Events.Length == 0 && page.Signals.Length == 0);
            TellChanged();
            foreach (var (subscriber, code) in _ends)
                if (code is { } close) subscriber.Close(close);
                else subscriber.Rejoin();
            _ends.Clear();
            if (page.Signals.Length > 0) DeliverSignals(page.Signals);
            Advance();
        }
    }

    private void ApplyOne(Recorded recorded)
    {
        _ring.Add(Encode(recorded));
        if (Stream.Kind == StreamKind.Channel)
            foreach (var removed in Concerned(recorded.Event).Where(one => Ends(one, recorded, out _)).ToList()) Dismiss(removed);
        if (_roster is null) return;
        _roster.Apply(recorded, _changed);
        foreach (var subscriber in Concerned(recorded.Event))
            if (Ends(subscriber, recorded, out var code)) _ends.Add((subscriber, code));
    }

    private RingEntry Encode(Recorded recorded) => RingEntry.Of(Stream, _roster, recorded);

    // Who changes class gets nothing of the page in the old one: the snapshot of the new one shows it.
    private void TakeOutChanged()
    {
        foreach (var participant in _changed)
        {
            if (_roster!.Find(participant) is not { } placement || !_byParticipant.TryGetValue(participant, out var sockets)) continue;
            foreach (var subscriber in sockets)
            {
                var position = _users[subscriber];
                if (position.Group is not { } group || group == _groups[(int)placement.Audience]) continue;
                group.Remove(subscriber);
                position.TakeOut(placement.Number);
                _reattach.Add(subscriber);
            }
        }
    }

    private void TellChanged()
    {
        foreach (var participant in _changed)
        {
            if (_roster!.Find(participant) is not { } placement || !_byParticipant.TryGetValue(participant, out var sockets)) continue;
            foreach (var subscriber in sockets)
                if (subscriber.Epoch > 0 && (_users[subscriber].Group is not null || _reattach.Contains(subscriber))) subscriber.Placed(placement);
        }
        foreach (var subscriber in _reattach) subscriber.Reattach(this);
        _reattach.Clear();
        _changed.Clear();
    }

    // One frame for all of a class from where it is to the head; others for those ahead, for those whom a hidden event is about, and
    // for those who came too late for a message that an event is about.
    private void Deliver(Audience audience, bool evenNothing)
    {
        var group = _groups[(int)audience];
        var (from, head) = (group.SentThrough, _ring.Head);
        if (from == head) return;
        if (group.Members.Count == 0)
        {
            group.Told(head);
            return;
        }
        if (!_ring.Covers(from))
        {
            Disperse(group);
            return;
        }
        var entries = _ring.After(from).ToList();
        var shown = entries.FindAll(entry => entry.Shown.Includes(audience)).ConvertAll(entry => entry.For(audience));
        var personal = Addressees(group, audience, entries);
        // What is about one of ten thousand costs the others nothing: whom it is about is then ahead of them.
        var isForAll = shown.Count > 0 || evenNothing || head - from >= HubSettings.HiddenEvents;
        foreach (var subscriber in personal ?? [])
        {
            var (told, who) = (group.ToldThrough(subscriber), subscriber.Participant);
            SendTo([subscriber], told, [.. entries
                .Where(entry => entry.Recorded.Number > told && entry.IsShownTo(audience, who, _users[subscriber].ReadsAfter))
                .Select(entry => entry.For(audience, who))]);
            if (!isForAll) group.Ahead[subscriber] = head;
        }
        if (!isForAll) return;
        var frame = _frames.Events(from + 1, head, shown);
        var sent = 0;
        foreach (var subscriber in group.Members)
        {
            if (personal?.Contains(subscriber) == true || group.Ahead.ContainsKey(subscriber)) continue;
            subscriber.Send(frame);
            sent++;
        }
        _services.Metrics.Delivered(sent, shown.Count, frame.Length);
        foreach (var ahead in group.Ahead.Where(one => personal?.Contains(one.Key) != true && one.Value < head).ToLookup(one => one.Value, one => one.Key))
            SendTo(ahead, ahead.Key, shown.FindAll(entry => entry.Recorded.Number > ahead.Key));
        group.Told(head);
    }

    private void SendTo(IEnumerable<ISubscriber> subscribers, long told, List<RingEntry> shown)
    {
        var frame = _frames.Events(told + 1, _ring.Head, shown);
        foreach (var subscriber in subscribers)
        {
            subscriber.Send(frame);
            _services.Metrics.Delivered(1, shown.Count, frame.Length);
        }
    }

    private HashSet<ISubscriber>? Addressees(Group group, Audience audience, List<RingEntry> entries)
    {
        HashSet<ISubscriber>? found = null;
        foreach (var entry in entries)
        {
            if (entry.Shown.Includes(audience)) continue;
            foreach (var subscriber in entry.About.SelectMany(Sockets))
                if (group.Members.Contains(subscriber) && group.ToldThrough(subscriber) < entry.Recorded.Number) (found ??= []).Add(subscriber);
        }
        if (!Stream.IsWaitingRoom || audience != Audience.Waiting) return found;
        foreach (var subscriber in group.Members)
        {
            var (told, after) = (group.ToldThrough(subscriber), _users[subscriber].ReadsAfter);
            if (entries.Exists(entry => entry.Recorded.Number > told && entry.IsBefore(after))) (found ??= []).Add(subscriber);
        }
        return found;
    }

    // What they lack is no longer at hand: each gets a snapshot.
    private void Disperse(Group group)
    {
        foreach (var subscriber in group.Members)
        {
            _users[subscriber].TakeOut(group.ToldThrough(subscriber));
            subscriber.Reattach(this);
        }
        group.Members.Clear();
        group.Told(_ring.Head);
    }

    private void DeliverSignals(ImmutableArray<Signal> signals)
    {
        var frame = _frames.Signals(signals);
        foreach (var audience in (ReadOnlySpan<Audience>)[Audience.Moderators, Audience.Members, Audience.Attendees])
        {
            var group = _groups[(int)audience];
            foreach (var subscriber in group.Members) subscriber.Send(frame);
            _services.Metrics.Delivered(group.Members.Count, 0, frame.Length);
        }
    }

    private void Advance()
    {
        _advanced?.SetResult();
        _advanced = null;
    }
}
