using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

// What a hub asks its grain besides the events.
internal sealed partial class Hub
{
    // Strangers wait together: nobody is brought in, by a snapshot or a number of theirs, before what was said since they came.
    private async Task<long> AskReadsAfter(ISubscriber subscriber, CancellationToken cancellation)
    {
        var after = await _services.Calls.Call(
            static (state, token) => state.Grain.ReadsAfter(state.Participant, state.MeetingSeen, token),
            (Grain: (IThreadGrain)_grain, subscriber.Participant, subscriber.MeetingSeen), cancellation);
        // Let in or gone meanwhile: the meeting is about to say so here, and takes the socket away.
        return after ?? throw new ClusterUnavailableException(new InvalidOperationException($"{subscriber.Participant} does not wait any more."));
    }

    // View-only attendees are in nobody's roster: whoever of them reads here is asked for.
    private async Task Introduce(string participant, CancellationToken cancellation)
    {
        lock (_gate)
            if (_roster!.Find(participant) is not null) return;
        if (await Ask(participant, Head, cancellation) is not { } view) return;
        // The view may be ahead, and tell of a change that the events have still to bring.
        await Reach(view.Number, cancellation);
        lock (_gate)
            if (_roster.Find(participant) is null) _roster.Add(view.Participants[0], view.Number, view.Hands.Contains(participant));
    }

    // Whoever comes to be listed has to be introduced, also where no socket of theirs is here: those whom nobody listed were view-only until now.
    private async Task IntroduceUnknown(ImmutableArray<Recorded> events)
    {
        List<string> unknown;
        lock (_gate) unknown = _roster!.UnknownOf(events);
        foreach (var participant in unknown)
        {
            if (await Ask(participant, events[^1].Number, _stop.Token) is not { } view) continue;
            lock (_gate)
                if (_roster.Find(participant) is null) _roster.AddAttendee(view.Participants[0], events[0].Number - 1, view.Hands.Contains(participant));
        }
    }

    private async Task<MeetingView?> Ask(string participant, long seen, CancellationToken cancellation)
    {
        var request = new ViewRequest(Audience.Attendees, seen, participant);
        var view = await _services.Calls.Call(
            static (state, token) => state._grain.View(state.request, token), (_grain, request), cancellation) as MeetingView;
        return view?.Participants.Any(person => person.Id == participant) == true ? view : null;
    }

    private async ValueTask<View> ReadView(Audience audience, long seen, CancellationToken cancellation)
    {
        _services.Metrics.ViewRead();
        var view = await _services.Calls.Call(
            static (state, token) => state._grain.View(state.request, token), (_grain, request: new ViewRequest(audience, seen)), cancellation);
        // A room or thread that its meeting has not told anything yet is empty, not wrong.
        return view ?? Stream.Kind switch
        {
            StreamKind.Room => new RoomView(0, Stream.Place, false, MeetingSettings.Default.Policy, [], []),
            StreamKind.Thread => new ThreadView(0, false, 0, 0, 0),
            _ => throw new ClusterUnavailableException(new InvalidOperationException($"{Stream} has let somebody in and does not exist.")),
        };
    }
}
