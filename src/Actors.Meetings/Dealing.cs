using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Who goes to which room, where it is dealt out. Chance comes in with the command; what came out of it is in the event, and no fold deals anew.</summary>
internal static class Dealing
{
    /// <summary>
    /// Each goes to the room with the fewest assigned so far: sizes differ by one at most, as far as earlier assignments allow.
    /// Moderators, view-only attendees, machines and waiting people are left out.
    /// </summary>
    public static Outcome AssignEvenly(MeetingState state, Request request, AssignEvenly wanted, DateTimeOffset now)
    {
        if (state.Rooms.Status == RoomsStatus.None) return Outcome.Refuse(Refusal.UnknownRoom, "no rooms were created");
        if (state.Rooms.AreOpen) return Outcome.Refuse(Refusal.RoomsOpen);
        var people = state.InOrder
            .Where(one => one is { IsWaiting: false, Role: Role.Presenter or Role.Participant, Kind: Kind.Person or Kind.Phone }
                && !state.Rooms.Assignments.ContainsKey(one.Id))
            .Select(one => one.Id)
            .ToArray();
        if (wanted.Seed != 0) Shuffle(people, wanted.Seed);
        else if (wanted.Random == true) Shuffle(people, Drawn(request, now));
        var sizes = state.Rooms.Assignments.Values.GroupBy(room => room, StringComparer.Ordinal).ToDictionary(room => room.Key, room => room.Count());
        var queue = new PriorityQueue<string, (int Size, int Index)>();
        for (var i = 0; i < state.Rooms.List.Length; i++)
            queue.Enqueue(state.Rooms.List[i].Id, (sizes.GetValueOrDefault(state.Rooms.List[i].Id), i));
        var assignments = ImmutableArray.CreateBuilder<Assignment>(people.Length);
        foreach (var id in people)
        {
            queue.TryDequeue(out var room, out var place);
            assignments.Add(new Assignment(id, room!));
            queue.Enqueue(room!, (place.Size + 1, place.Index));
        }
        return Breakouts.Assigned(state, people.Length, assignments.DrainToImmutable());
    }

    /// <summary>Rooms get the same number of people, or one more. Moderators who are in stay where they were assigned, and do not count.</summary>
    public static Outcome Shuffle(MeetingState state, Request request, ShuffleRooms wanted, DateTimeOffset now)
    {
        if (state.Rooms.Status == RoomsStatus.None) return Outcome.Refuse(Refusal.UnknownRoom, "no rooms were created");
        if (state.Rooms.AreOpen) return Outcome.Refuse(Refusal.RoomsOpen);
        var rooms = state.Rooms.List;
        var everybody = state.Rooms.Assigned.ToArray();
        var dealt = everybody.Where(id => state.Participants.GetValueOrDefault(id) is not { IsModerator: true }).ToArray();
        if (dealt.Length == 0) return Outcome.Nothing;
        Shuffle(dealt, wanted.Seed ?? Drawn(request, now));
        var places = dealt.Select((id, i) => (id, i % rooms.Length)).ToDictionary(StringComparer.Ordinal);
        var indices = rooms.Select((room, i) => (room.Id, i)).ToDictionary(StringComparer.Ordinal);
        return Outcome.Of(new RoomsShuffled([.. everybody.Select(id => places.TryGetValue(id, out var room) ? room : indices[state.Rooms.Assignments[id]])]));
    }

    // A seed that differs between any two commands, as a passcode's salt does.
    private static int Drawn(Request request, DateTimeOffset now)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{request.Caller.By}/{request.Id.Source}/{request.Id.Counter}/{now.UtcTicks}");
        return BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    // Fisher-Yates on SplitMix64 (Steele, Lea, Flood 2014): the same on every machine and every runtime.
    private static void Shuffle(string[] people, int seed)
    {
        var state = (ulong)seed;
        for (var i = people.Length - 1; i > 0; i--)
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            var j = (int)(z % (ulong)(i + 1));
            (people[i], people[j]) = (people[j], people[i]);
        }
    }
}
