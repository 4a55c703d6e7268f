using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;
using Actors.Meetings;
using Actors.Meetings.Tests;

namespace Actors.Gateway.Tests;

/// <summary>
/// What a class is sent after a snapshot comes to its next snapshot, field by field: else a client that stays shows something else than one that comes.
/// Random meetings (FsCheck prints the seed of a failure), events as hubs make them, also by a hub that begins in the middle.
/// </summary>
public sealed class FoldProperties
{
    private static readonly StreamId Stream = new(StreamKind.Meeting, "t", "m");

    [Theory]
    [InlineData(Audience.Moderators)]
    [InlineData(Audience.Members)]
    [InlineData(Audience.Attendees)]
    [InlineData(Audience.Waiting)]
    public void P4_what_a_class_is_sent_after_a_snapshot_comes_to_its_next_snapshot(object audience) => RandomMeeting.Check(steps =>
    {
        var of = (Audience)audience;
        var run = RandomMeeting.Created(steps);
        var reader = new Reader(run.State);
        var model = new ClientModel(of, Shown(run.State, of));
        var read = run.Log.Count;
        foreach (var step in steps)
        {
            RandomMeeting.Do(run, step);
            // A page of a hub holds what came since, of one command or of several.
            if (step.A % 3 == 0) continue;
            foreach (var entry in reader.Read(run.State, [.. run.Log.Skip(read)]))
                if (entry.Shown.Includes(of)) model.Fold(JsonDocument.Parse(entry.For(of).Json).RootElement);
            read = run.Log.Count;
            Comparable(Json(model.View)).ShouldBe(Comparable(Shown(run.State, of)), $"{of} after {string.Join('\n', run.Log.TakeLast(5))}");
            if (step.C % 7 != 0) continue;
            reader = new Reader(run.State);
            model = new ClientModel(of, Shown(run.State, of));
        }
    }, runs: 400);

    [Theory]
    [InlineData(Audience.Moderators)]
    [InlineData(Audience.Members)]
    public void P4_the_same_in_a_breakout_room(object audience) => RandomMeeting.Check(steps =>
    {
        var of = (Audience)audience;
        var run = RandomMeeting.Created(steps);
        var (stream, room) = (Stream.Room("r1-1"), RoomState.Empty);
        ClientModel? model = null;
        void Happen(Outcome outcome, string? by)
        {
            foreach (var happened in outcome.IsRefused ? [] : outcome.Events)
            {
                var recorded = new Recorded(room.Version + 1, run.Now < room.LastTime ? room.LastTime : run.Now, by, null, happened);
                room = room.Evolve(recorded);
                var entry = RingEntry.Of(stream, roster: null, recorded);
                if (entry.Shown.Includes(of)) model?.Fold(JsonDocument.Parse(entry.For(of).Json).RootElement);
            }
        }
        foreach (var step in steps)
        {
            // What is asked of the main room is asked of the breakout room too, by whoever is there.
            var (caller, id, command, _) = RandomMeeting.Do(run, step);
            if (room.Version > 0 && command is SpaceCommand or Tick)
                Happen(BreakoutRoom.Decide(room, new Request(id, caller, command), run.Now, Polls.ToSeal(room.Space.Polls, command) is { } vote ? run.Seal(vote.Marked) : null), caller.By);
            while (Rosters.Update(run.State, "r1-1", thread: false, room.Cursor, null) is { } update && BreakoutRoom.Apply(room, update) is { } applied) Happen(applied, null);
            if (room.Version == 0) continue;
            var shown = Json(BreakoutRoom.View(room, of)!);
            if (model is not null) Comparable(Json(model.View)).ShouldBe(Comparable(shown), $"{of} after {string.Join('\n', run.Log.TakeLast(3))}");
            if (model is null || step.C % 7 == 0) model = new ClientModel(of, shown);
        }
    }, runs: 300);

    [Theory]
    [InlineData(Audience.Attendees)]
    [InlineData(Audience.Waiting)]
    public void P4_whoever_no_view_names_knows_themself_from_their_own_frame_and_what_is_about_them(object audience) => RandomMeeting.Check(steps =>
    {
        var of = (Audience)audience;
        var run = RandomMeeting.Created(steps);
        var reader = new Reader(run.State);
        var known = new Dictionary<string, Own>();
        var read = run.Log.Count;
        foreach (var step in steps)
        {
            RandomMeeting.Do(run, step);
            foreach (var entry in reader.Read(run.State, [.. run.Log.Skip(read)]))
                foreach (var (id, own) in known.ToArray())
                    if (entry.IsShownTo(of, id, readsAfter: 0)) known[id] = own.After(JsonDocument.Parse(entry.For(of, id).Json).RootElement, id);
            read = run.Log.Count;
            var here = run.State.Participants.Values.Where(one => AudienceClasses.Of(one.Role, one.Place) == of).Select(one => one.Id).ToArray();
            foreach (var id in known.Keys.Except(here).Concat(reader.Changed).ToArray()) known.Remove(id);
            foreach (var id in here)
            {
                var view = Meeting.View(run.State, of, id)!;
                if (reader.Introduce(id, view) is var own && !known.ContainsKey(id)) known[id] = own;
                known[id].Text.ShouldBe(new Own(view.Participants[0], view.Hands.Contains(id)).Text, $"{id} after {string.Join('\n', run.Log.TakeLast(5))}");
            }
        }
    }, runs: 200);

    /// <summary>What somebody knows of themself.</summary>
    private sealed record Own(ParticipantView Person, bool Hand)
    {
        public string Text => JsonSerializer.Serialize(Person with { Reconnecting = false, Turns = 0 }, ContractsJson.Default.ParticipantView) + Hand;

        public Own After(JsonElement one, string id)
        {
            var about = one.TryGetProperty("participant", out var participant) && participant.GetString() == id;
            switch (one.GetProperty("type").GetString())
            {
                case "abilities_locked":
                    one.GetProperty("participants").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldBe(id, "nobody else's");
                    return this with { Person = Person with { Locked = ClientModel.Locked(Person.Locked, one.Deserialize(ContractsJson.Default.Event).ShouldBeOfType<AbilitiesLocked>()) } };
                case "participant_renamed" when about:
                    return this with { Person = Person with { Name = one.GetProperty("name").GetString()! } };
                case "away_changed" when about:
                    return this with { Person = Person with { Away = one.GetProperty("away").GetBoolean() } };
                case "attributes_changed" when about:
                    var change = one.Deserialize(ContractsJson.Default.Event).ShouldBeOfType<AttributesChanged>();
                    var after = (Person.Attributes ?? ImmutableDictionary<string, string>.Empty).RemoveRange(change.Removed ?? []).SetItems(change.Set ?? ImmutableDictionary<string, string>.Empty);
                    return this with { Person = Person with { Attributes = after.IsEmpty ? null : after } };
                case "role_changed" when about:
                    var role = one.Deserialize(ContractsJson.Default.Event).ShouldBeOfType<RoleChanged>().Role;
                    return this with { Person = Person with { Role = role == Role.Participant ? null : role } };
                case "hand_raised" when about:
                    return this with { Hand = true };
                case "hand_lowered" or "turn_granted" when about:
                    return this with { Hand = false };
                case "all_hands_lowered":
                    return this with { Hand = false };
                default:
                    return this;
            }
        }
    }

    /// <summary>The part of a hub that reads: it begins with a view and knows no attendees.</summary>
    private sealed class Reader
    {
        private readonly MeetingRoster _roster = new();

        public Reader(MeetingState state) => _roster.Load(Meeting.View(state, Audience.Moderators)!, []);

        /// <summary>Whose class or place the last page changed.</summary>
        public HashSet<string> Changed { get; } = [];

        public IEnumerable<RingEntry> Read(MeetingState after, ImmutableArray<Recorded> events)
        {
            Changed.Clear();
            foreach (var id in _roster.UnknownOf(events))
                if (Meeting.View(after, Audience.Attendees, id)!.Participants is [var person]) _roster.AddAttendee(person, after.Version, hand: false);
            foreach (var recorded in events)
            {
                yield return RingEntry.Of(Stream, _roster, recorded);
                _roster.Apply(recorded, Changed);
            }
        }

        public Own Introduce(string id, MeetingView view)
        {
            if (_roster.Find(id) is null) _roster.Add(view.Participants[0], view.Number, view.Hands.Contains(id));
            return new Own(_roster.DescribeToThemself(id)!, _roster.HasRaised(id));
        }
    }

    private static JsonElement Shown(MeetingState state, Audience audience) => Json(Meeting.View(state, audience)!);

    private static JsonElement Json(View view) => JsonSerializer.SerializeToElement(view, ContractsJson.Default.View);

    // One field a line. The number is the frame's; how many attendees there are is a signal; in which order people are listed nobody is promised; how often
    // somebody had a turn is said when they raise their hand, which is when it matters.
    private static string Comparable(JsonElement view)
    {
        var fields = JsonNode.Parse(view.GetRawText())!.AsObject();
        fields.Remove("number");
        fields.Remove("attendees");
        var queue = (fields["raised"] ?? fields["hands"])!.AsArray().Select(id => (string?)id).ToHashSet();
        var people = fields["participants"]!.AsArray().Select(one => one!.AsObject()).OrderBy(one => (string?)one["id"], StringComparer.Ordinal).ToArray();
        foreach (var one in people.Where(one => !queue.Contains((string?)one["id"]))) one.Remove("turns");
        fields["participants"] = new JsonArray([.. people.Select(one => Sorted(one))]);
        return string.Join('\n', fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}: {(field.Value is JsonObject map ? Sorted(map) : field.Value)?.ToJsonString()}"));
    }

    private static JsonNode Sorted(JsonObject map) => new JsonObject(map.OrderBy(field => field.Key, StringComparer.Ordinal)
        .Select(field => KeyValuePair.Create(field.Key, field.Value is JsonObject inner ? Sorted(inner) : field.Value?.DeepClone())));
}
