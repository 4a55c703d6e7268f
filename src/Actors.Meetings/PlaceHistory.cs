using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// A meeting's log folded into who is where since when; on the way it tells of every stay that ends. It keeps only those who are in, and tells everything from the
/// log alone, so that it works for a meeting that ended long ago.
/// </summary>
public sealed record PlaceHistory
{
    public static readonly PlaceHistory Empty = new();

    /// <summary>Of the last event that is accounted for.</summary>
    public long Number { get; private init; }

    /// <summary>Who is where, by participant in ordinal order.</summary>
    public ImmutableSortedDictionary<string, Stay> Now { get; private init; } = ImmutableSortedDictionary.Create<string, Stay>(StringComparer.Ordinal);

    private ImmutableDictionary<string, string> Rooms { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>One event later. Adds to <paramref name="ended"/> the stays that ended with it, always in the same order.</summary>
    public PlaceHistory Next(Recorded recorded, List<Stay> ended)
    {
        var (history, at) = (this with { Number = recorded.Number }, recorded.At);
        return recorded.Event switch
        {
            RoomsCreated e => history with { Rooms = e.Rooms.ToImmutableDictionary(room => room.Id, room => room.Name) },
            RoomAdded e => history with { Rooms = Rooms.SetItem(e.Room.Id, e.Room.Name) },
            RoomRenamed e => history with { Rooms = Rooms.SetItem(e.Room, e.Name) },
            ParticipantJoined e => history.Leave([e.Participant], at, ended).Come(e.Participant, e.Name, e.Place ?? Ids.Main, at),
            ParticipantRenamed e => Now.TryGetValue(e.Participant, out var stay)
                ? history with { Now = Now.SetItem(e.Participant, stay with { Name = e.Name }) }
                : history,
            ParticipantsAdmitted e => history.Go(e.Participants.Select(id => new Move(id, Ids.Main)), at, ended),
            ParticipantPutBack e => history.Go([new Move(e.Participant, Ids.Waiting)], at, ended),
            ParticipantsMoved e => history.Go(e.Moves, at, ended),
            RoomsClosed => history.Go(In(Ids.IsRoom), at, ended),
            RoomDeleted e => history.Go(In(place => place == e.Room), at, ended),
            ParticipantLeft e => history.Leave([e.Participant], at, ended),
            MeetingEnded or MeetingCancelled => history.Leave(Now.Keys, at, ended),
            _ => history,
        };
    }

    private Move[] In(Func<string, bool> place) => [.. Now.Values.Where(stay => place(stay.Place)).Select(stay => new Move(stay.Participant, Ids.Main))];

    private PlaceHistory Go(IEnumerable<Move> moves, DateTimeOffset at, List<Stay> ended)
    {
        var history = this;
        foreach (var move in moves)
        {
            if (!history.Now.TryGetValue(move.Participant, out var stay) || stay.Place == move.Place) continue;
            // Who goes on in the same moment was never there: people come to their assigned room by way of the main room.
            if (stay.Since < at) ended.Add(stay with { Until = at });
            history = history.Come(stay.Participant, stay.Name, move.Place, at);
        }
        return history;
    }

    private PlaceHistory Come(string participant, string name, string place, DateTimeOffset at) =>
        this with { Now = Now.SetItem(participant, new Stay(participant, name, place, at, Room: Rooms.GetValueOrDefault(place))) };

    private PlaceHistory Leave(IEnumerable<string> participants, DateTimeOffset at, List<Stay> ended)
    {
        var now = Now;
        foreach (var id in participants)
        {
            if (!now.TryGetValue(id, out var stay)) continue;
            ended.Add(stay with { Until = at });
            now = now.Remove(id);
        }
        return this with { Now = now };
    }
}
