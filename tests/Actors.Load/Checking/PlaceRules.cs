namespace Actors.Load.Checking;

/// <summary>At the end everybody connected is in the meeting, nobody else is, and all accounts of where they are agree (P5, P7).</summary>
internal static class PlaceRules
{
    public static void Judge(MeetingHistory meeting, Verdict verdict)
    {
        JudgeNow(meeting, verdict);
        JudgeLog(meeting, meeting.Seats.DistinctBy(s => s.Participant).ToDictionary(s => s.Participant, s => s.Place), verdict);
    }

    /// <summary>What views and clients say at this moment, without the log.</summary>
    public static void JudgeNow(MeetingHistory meeting, Verdict verdict)
    {
        var places = new Dictionary<string, string>();
        foreach (var seat in meeting.Seats)
            if (!places.TryAdd(seat.Participant, seat.Place))
                verdict.AddMisplaced($"{meeting.Meeting}: {seat.Participant} is in {places[seat.Participant]} and in {seat.Place}");
        JudgeClients(meeting, places, verdict);
        JudgeRooms(meeting, places, verdict);
    }

    private static void JudgeLog(MeetingHistory meeting, Dictionary<string, string> places, Verdict verdict)
    {
        var told = Places.Of(meeting.Logs.GetValueOrDefault("meeting") ?? []).Now;
        foreach (var participant in told.Keys.Union(places.Keys))
        {
            var (log, view) = (told.GetValueOrDefault(participant), places.GetValueOrDefault(participant));
            if (log != view)
                verdict.AddMisplaced($"{meeting.Meeting}: by its log {participant} is in {log ?? "no place"}, by its view in {view ?? "no place"}");
        }
    }

    private static void JudgeClients(MeetingHistory meeting, Dictionary<string, string> places, Verdict verdict)
    {
        var connected = meeting.Clients.Where(c => c.Connected).ToList();
        foreach (var client in connected)
        {
            if (!places.TryGetValue(client.Participant, out var place))
                verdict.AddGhost($"{meeting.Meeting}: {client.Participant} is connected and not in the meeting");
            else if (client.Place != place)
                verdict.AddMisplaced($"{meeting.Meeting}: {client.Participant} was told {client.Place ?? "no place"} and is in {place}");
        }
        foreach (var ghost in places.Keys.Except(connected.Select(c => c.Participant)))
            verdict.AddGhost($"{meeting.Meeting}: {ghost} is in the meeting and has long gone");
    }

    private static void JudgeRooms(MeetingHistory meeting, Dictionary<string, string> places, Verdict verdict)
    {
        foreach (var (room, members) in meeting.Rooms)
        {
            foreach (var member in members.Where(m => places.GetValueOrDefault(m) != room))
                verdict.AddMisplaced($"{meeting.Meeting}: {member} is in {room} by its view, by the meeting's in {places.GetValueOrDefault(member) ?? "no place"}");
            foreach (var (participant, _) in places.Where(p => p.Value == room && !members.Contains(p.Key)))
                verdict.AddMisplaced($"{meeting.Meeting}: {participant} is missing in {room}");
        }
        foreach (var (participant, place) in places)
            if (place is not (Places.Main or Places.Waiting) && !meeting.Rooms.ContainsKey(place))
                verdict.AddMisplaced($"{meeting.Meeting}: {participant} is in {place}, which is not open");
    }
}
