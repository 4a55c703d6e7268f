using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>
/// What a client makes of a meeting's stream: a snapshot, and the events after it, from their JSON and by what PROTOCOL.md says of them alone. It knows
/// nothing of how the server comes to a view.
/// </summary>
internal sealed class ClientModel
{
    // Unpublished fields are missing.
    private static readonly JsonSerializerOptions Published = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new NamedEnums() },
        AllowOutOfOrderMetadataProperties = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private readonly Audience _audience;
    private readonly Dictionary<string, ParticipantView> _people;
    private readonly Dictionary<string, ParticipantView> _attendees;
    private readonly SortedDictionary<long, PollView> _polls;
    private readonly SortedDictionary<string, string> _assignments;
    private readonly List<string> _raised;
    private readonly List<string> _help;
    private MeetingView _view;

    // Of a breakout room, which has a part of what a meeting has.
    private RoomView? _room;

    public ClientModel(Audience audience, JsonElement snapshot)
    {
        _audience = audience;
        _room = snapshot.GetProperty("view").GetString() == "room" ? snapshot.Deserialize<RoomView>(Published) : null;
        _view = _room is null ? snapshot.Deserialize<MeetingView>(Published)! : Like(_room);
        _people = _view.Participants.ToDictionary(one => one.Id);
        _attendees = (_view.AttendeeHands ?? []).ToDictionary(one => one.Id);
        _polls = new((_view.Polls ?? []).ToDictionary(one => one.Poll));
        _assignments = new((_view.Assignments ?? []).ToDictionary(one => one.Participant, one => one.Room), StringComparer.Ordinal);
        _raised = [.. _view.Raised ?? _view.Hands];
        _help = [.. _view.Help ?? []];
    }

    private static MeetingView Like(RoomView room) => new(
        room.Number, MeetingStatus.Live, room.Name, MeetingSettings.Default with { Policy = room.Policy }, false, room.Participants, 0, room.Hands, RoomsStatus.None, [],
        Polls: room.Polls, Spotlight: room.Spotlight, Timer: room.Timer, Raised: room.Raised);

    private bool IsModerator => _audience == Audience.Moderators;

    private bool SeesPeople => _audience is Audience.Moderators or Audience.Members;

    /// <summary>As the next snapshot of the class should be.</summary>
    public View View => _room is null ? Whole : new RoomView(
        _room.Number, _view.Title, _room.Closed, _view.Settings.Policy, Whole.Participants, Whole.Hands, Whole.Polls, Whole.Spotlight, _view.Timer, Whole.Raised);

    private MeetingView Whole => _view with
    {
        Participants = [.. _people.Values],
        Hands = [.. Queue()],
        Raised = _raised.SequenceEqual(Queue()) ? null : [.. _raised],
        AttendeeHands = _attendees.Count == 0 ? null : [.. _raised.Where(_attendees.ContainsKey).Select(id => _attendees[id])],
        WaitingCount = IsModerator ? _people.Values.Count(one => one.Place == Ids.Waiting) : null,
        Assignments = IsModerator ? [.. _assignments.Select(one => new Assignment(one.Key, one.Value))] : null,
        Polls = _polls.Count == 0 ? null : [.. _polls.Values],
        Help = _help.Count == 0 ? null : [.. _help],
        EndsAt = _audience == Audience.Waiting ? null : _view.EndsAt,
        Spotlight = _view.Spotlight is { IsEmpty: false } ? _view.Spotlight : null,
    };

    /// <param name="one">An event as it stands in a frame.</param>
    public void Fold(JsonElement one)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(one.GetProperty("at").GetInt64());
        var happened = one.Deserialize<Event>(Published)!;
        ImmutableArray<ParticipantView> people = one.TryGetProperty("people", out var given) ? given.Deserialize<ImmutableArray<ParticipantView>>(Published) : [];
        if (!FoldMeeting(happened, at) && !FoldPeople(happened, people) && !FoldRooms(happened) && !FoldSpace(happened) && !FoldPolls(happened, one.GetProperty("number").GetInt64()))
            throw new InvalidOperationException($"No client knows {one.GetRawText()}");
    }

    private bool FoldMeeting(Event happened, DateTimeOffset at)
    {
        switch (happened)
        {
            case MeetingStarted:
                _view = _view with { Status = MeetingStatus.Live, StartedAt = at };
                Limit();
                return true;
            case MeetingEnded or MeetingCancelled:
                End(at, isCancelled: happened is MeetingCancelled);
                return true;
            case SettingsChanged e:
                var before = _view.Settings.TimeLimitMinutes;
                _view = _view with { Settings = e.Settings };
                if (before != e.Settings.TimeLimitMinutes) Limit();
                return true;
            case LockChanged e:
                _view = _view with { Locked = e.Locked };
                return true;
            case MeetingUpdated e:
                _view = _view with { Title = e.Title ?? _view.Title, Schedule = e.Schedule ?? _view.Schedule, Series = e.Series ?? _view.Series };
                return true;
            case MeetingExtended e:
                _view = _view with { EndsAt = e.EndsAt };
                return true;
            case MeetingEndingSoon e:
                _view = _view with { EndsAt = e.EndsAt };
                return true;
            case PasscodeChanged e:
                _view = _view with { Passcode = e.Required ? true : null };
                return true;
            case MetadataChanged e:
                var metadata = (_view.Metadata ?? ImmutableDictionary<string, string>.Empty).RemoveRange(e.Removed ?? []).SetItems(e.Set ?? ImmutableDictionary<string, string>.Empty);
                _view = _view with { Metadata = metadata.IsEmpty ? null : metadata };
                return true;
            case TagsChanged e:
                _view = _view with { Tags = e.Tags.IsEmpty ? null : e.Tags };
                return true;
            case WaitingMessaged e:
                _view = _view with { WaitingMessage = e.Text };
                return true;
            case OccurrenceSkipped e:
                Except(new OccurrenceChange(e.Start), at);
                return true;
            case OccurrenceMoved e:
                Except(new OccurrenceChange(e.Start, e.To), at);
                return true;
            case OccurrenceFollows e:
                _view = _view with { Next = e.Meeting };
                return true;
            default:
                return happened is SeriesEnded or CarriedOver or RemovalsCarried or RoomsBroadcast or UnmuteAsked;
        }
    }

    // In place of what was said of the date before; what is past by then goes.
    private void Except(OccurrenceChange change, DateTimeOffset at)
    {
        var others = (_view.Series!.Exceptions ?? []).Where(one => one.Start != change.Start);
        if (change.To != change.Start) others = others.Append(change);
        ImmutableArray<OccurrenceChange> ahead = [.. others.Where(one => one.Start > at || one.To > at).OrderBy(one => one.Start)];
        _view = _view with { Series = _view.Series with { Exceptions = ahead.IsEmpty ? null : ahead } };
    }

    private void Limit() => _view = _view with
    {
        EndsAt = _view is { Status: MeetingStatus.Live, Settings.TimeLimitMinutes: { } minutes } ? _view.StartedAt?.AddMinutes(minutes) : null,
    };

    private void End(DateTimeOffset at, bool isCancelled)
    {
        _people.Clear();
        _attendees.Clear();
        _raised.Clear();
        _help.Clear();
        ClosePolls();
        _view = _view with
        {
            Status = MeetingStatus.Ended,
            EndedAt = at,
            EndsAt = null,
            RoomsStatus = RoomsStatus.None,
            Rooms = [],
            RoomsCloseAt = null,
            RoomsSelfSelect = null,
            Spotlight = null,
            Timer = null,
            Cancelled = isCancelled ? true : _view.Cancelled,
        };
    }

    private bool FoldPeople(Event happened, ImmutableArray<ParticipantView> people)
    {
        switch (happened)
        {
            case ParticipantJoined e:
                _people[e.Participant] = new ParticipantView(
                    e.Participant, e.Name, e.Role == Role.Participant ? null : e.Role, e.Kind == Kind.Person ? null : e.Kind, e.Place, Attributes: e.Attributes, Locked: e.Locked);
                if (e.Place == Ids.Waiting) _view = _view with { WaitingThread = true };
                return true;
            case ParticipantReconnected e:
                Change(e.Participant, one => one with { Reconnecting = false });
                return true;
            case SessionReplaced e:
                Change(e.Participant, one => one with { Reconnecting = false });
                return true;
            case ParticipantsDisconnected e:
                foreach (var id in e.Participants) Change(id, one => one with { Reconnecting = true });
                return true;
            case ParticipantLeft e:
                _people.Remove(e.Participant);
                Leave(e.Participant);
                Lower(e.Participant);
                return true;
            case ParticipantPutBack e:
                Lower(e.Participant);
                Leave(e.Participant);
                if (IsModerator)
                {
                    Introduce(people);
                    Change(e.Participant, one => one with { Place = Ids.Waiting, Microphone = false, Camera = false, Share = false });
                    _view = _view with { WaitingThread = true };
                }
                else
                {
                    _people.Remove(e.Participant);
                }
                return true;
            case ParticipantsAdmitted e:
                foreach (var id in e.Participants)
                    if (_people.TryGetValue(id, out var admitted) && admitted.Role == Role.Attendee) _people.Remove(id);
                    else Change(id, one => one with { Place = null });
                Introduce(people);
                return true;
            case RoleChanged e:
                ChangeRole(e, people);
                return true;
            case ParticipantRenamed e:
                Change(e.Participant, one => one with { Name = e.Name });
                if (_attendees.TryGetValue(e.Participant, out var raised)) _attendees[e.Participant] = raised with { Name = e.Name };
                return true;
            case AttributesChanged e:
                Change(e.Participant, one =>
                {
                    var after = (one.Attributes ?? ImmutableDictionary<string, string>.Empty).RemoveRange(e.Removed ?? []).SetItems(e.Set ?? ImmutableDictionary<string, string>.Empty);
                    return one with { Attributes = after.IsEmpty ? null : after };
                });
                return true;
            case AwayChanged e:
                Change(e.Participant, one => one with { Away = e.Away });
                return true;
            case AbilitiesLocked e:
                foreach (var id in e.Participants) Change(id, one => one with { Locked = Locked(one.Locked, e) });
                return true;
            case RosterChanged e:
                ChangeRoster(e);
                return true;
            case ParticipantBanned e:
                _assignments.Remove(e.Participant);
                return true;
            default:
                return happened is ParticipantUnbanned;
        }
    }

    public static ImmutableArray<Ability>? Locked(ImmutableArray<Ability>? before, AbilitiesLocked e)
    {
        var others = (before ?? []).RemoveRange(e.Abilities);
        var after = e.Locked ? others.AddRange(e.Abilities).Sort() : others;
        return after.IsEmpty ? null : after;
    }

    private void ChangeRoster(RosterChanged e)
    {
        foreach (var id in e.Left)
        {
            _people.Remove(id);
            Leave(id);
            Lower(id);
        }
        foreach (var member in e.Entered)
        {
            var known = _people.GetValueOrDefault(member.Participant) ?? new ParticipantView(member.Participant, member.Name);
            _people[member.Participant] = known with { Name = member.Name, Role = member.Role == Role.Participant ? null : member.Role, Locked = member.Locked };
        }
        _view = _view with { Title = e.Name ?? _view.Title, Settings = _view.Settings with { Policy = e.Policy ?? _view.Settings.Policy } };
        _room = _room! with { Closed = e.Closed ?? _room.Closed };
        if (e.Closed != true) return;
        _view = _view with { Timer = null };
        ClosePolls();
    }

    private void ClosePolls()
    {
        foreach (var (id, poll) in _polls.ToArray())
            if (poll.Status == PollStatus.Open) _polls[id] = poll with { Status = PollStatus.Closed };
    }

    private void ChangeRole(RoleChanged e, ImmutableArray<ParticipantView> people)
    {
        Role? role = e.Role == Role.Participant ? null : e.Role;
        if (e.Role == Role.Attendee && _people.GetValueOrDefault(e.Participant)?.Place != Ids.Waiting)
        {
            _people.Remove(e.Participant);
            Leave(e.Participant);
            Lower(e.Participant);
            return;
        }
        Change(e.Participant, one => one with { Role = role });
        Introduce(people);
        // A hand raised as an attendee keeps its place.
        if (_attendees.Remove(e.Participant, out var raised)) Change(e.Participant, one => one with { Turns = raised.Turns });
    }

    private void Introduce(ImmutableArray<ParticipantView> people)
    {
        foreach (var one in people) _people[one.Id] = one;
    }

    private void Change(string id, Func<ParticipantView, ParticipantView> change)
    {
        if (_people.TryGetValue(id, out var one)) _people[id] = change(one);
    }

    // The main room, or the breakout room.
    private void Leave(string id)
    {
        _view = _view with { Spotlight = _view.Spotlight?.Remove(id) };
        _help.Remove(id);
    }

    private void Lower(string id)
    {
        _raised.Remove(id);
        _attendees.Remove(id);
    }

    private IEnumerable<string> Queue()
    {
        var present = _raised.Where(id => _attendees.ContainsKey(id) || (_people.TryGetValue(id, out var one) && one.Place is null));
        return _view.Settings.Policy.HandOrder == HandOrder.LeastSpoken
            ? present.OrderBy(id => _attendees.TryGetValue(id, out var attendee) ? attendee.Turns : _people[id].Turns)
            : present;
    }

    private bool FoldRooms(Event happened)
    {
        switch (happened)
        {
            case RoomsCreated e:
                _assignments.Clear();
                _view = _view with { RoomsStatus = RoomsStatus.Created, Rooms = e.Rooms, RoomsCloseAt = null, RoomsSelfSelect = e.SelfSelect };
                return true;
            case ParticipantsAssigned e:
                foreach (var one in e.Assignments) _assignments[one.Participant] = one.Room;
                return true;
            case GroupsCarried e:
                foreach (var one in e.Assignments) _assignments[one.Participant] = one.Room;
                return true;
            case RoomsShuffled e:
                foreach (var (id, room) in _assignments.Keys.ToArray().Zip(e.Rooms)) _assignments[id] = _view.Rooms[room].Id;
                return true;
            case RoomsOpened e:
                _view = _view with { RoomsStatus = RoomsStatus.Open, RoomsCloseAt = e.ClosesAt };
                return true;
            case RoomsExtended e:
                _view = _view with { RoomsStatus = RoomsStatus.Open, RoomsCloseAt = e.ClosesAt };
                return true;
            case RoomsClosing e:
                _view = _view with { RoomsStatus = RoomsStatus.Closing, RoomsCloseAt = e.ClosesAt };
                return true;
            case RoomsClosed:
                foreach (var one in _people.Values.Where(one => one.Place is { } place && Ids.IsRoom(place)).ToArray()) Move(one.Id, Ids.Main);
                _view = _view with { RoomsStatus = SeesPeople ? RoomsStatus.Created : RoomsStatus.None, RoomsCloseAt = null };
                return true;
            case RoomAdded e:
                _view = _view with { Rooms = _view.Rooms.Add(e.Room) };
                return true;
            case RoomRenamed e:
                _view = _view with { Rooms = [.. _view.Rooms.Select(room => room.Id == e.Room ? room with { Name = e.Name } : room)] };
                return true;
            case RoomDeleted e:
                foreach (var one in _people.Values.Where(one => one.Place == e.Room).ToArray()) Move(one.Id, Ids.Main);
                foreach (var id in _assignments.Where(one => one.Value == e.Room).Select(one => one.Key).ToArray()) _assignments.Remove(id);
                _view = _view with { Rooms = _view.Rooms.RemoveAll(room => room.Id == e.Room) };
                return true;
            case ParticipantsMoved e:
                foreach (var move in e.Moves)
                {
                    Move(move.Participant, move.Place);
                    if (e.Visit == true) continue;
                    if (Ids.IsRoom(move.Place)) _assignments[move.Participant] = move.Place;
                    else _assignments.Remove(move.Participant);
                }
                return true;
            case HelpRequested e:
                _help.Add(e.Participant);
                return true;
            case HelpEnded e:
                _help.Remove(e.Participant);
                return true;
            default:
                return false;
        }
    }

    private void Move(string id, string place)
    {
        _help.Remove(id);
        if (place != Ids.Main) Leave(id);
        Change(id, one => one with { Place = place == Ids.Main ? null : place, Microphone = false, Camera = false, Share = false });
    }

    private bool FoldSpace(Event happened)
    {
        switch (happened)
        {
            case MediaChanged e:
                Change(e.Participant, one => one with { Microphone = e.Microphone ?? one.Microphone, Camera = e.Camera ?? one.Camera, Share = e.Share ?? one.Share });
                return true;
            case ParticipantsMuted e:
                foreach (var id in e.Participants) Change(id, one => one with { Microphone = false });
                return true;
            case VideosStopped e:
                foreach (var id in e.Participants) Change(id, one => one with { Camera = false });
                return true;
            case SharesStopped e:
                foreach (var id in e.Participants) Change(id, one => one with { Share = false });
                return true;
            case HandRaised e:
                _raised.Add(e.Participant);
                if (e.Name is { } name) _attendees[e.Participant] = new ParticipantView(e.Participant, name, Role.Attendee, Turns: e.Turns ?? 0);
                Change(e.Participant, one => one with { Turns = e.Turns ?? 0 });
                return true;
            case HandLowered e:
                Lower(e.Participant);
                return true;
            case TurnGranted e:
                Lower(e.Participant);
                Change(e.Participant, one => one with { Turns = one.Turns + 1 });
                return true;
            case AllHandsLowered:
                _raised.Clear();
                _attendees.Clear();
                return true;
            case SpotlightChanged e:
                _view = _view with { Spotlight = e.Participants };
                return true;
            case TimerStarted e:
                _view = _view with { Timer = new TimerView(e.StartedAt, e.EndsAt) };
                return true;
            case TimerExtended e:
                _view = _view with { Timer = _view.Timer! with { EndsAt = e.EndsAt } };
                return true;
            case TimerStopped or TimerEnded:
                _view = _view with { Timer = null };
                return true;
            default:
                return false;
        }
    }

    private bool FoldPolls(Event happened, long number)
    {
        switch (happened)
        {
            case PollCreated e:
                _polls[number] = new PollView(number, e.Question, e.Options, PollStatus.Draft, e.Multiple, e.Anonymous);
                return true;
            case PollStarted e:
                _polls[e.Poll] = new PollView(
                    e.Poll, e.Question, e.Options, PollStatus.Open, e.Multiple, e.Anonymous,
                    Voters: IsModerator ? 0 : null, Counts: IsModerator && !e.Anonymous ? [.. e.Options.Select(_ => 0)] : null);
                return true;
            case VoteCast e:
                var poll = _polls[e.Poll];
                _polls[e.Poll] = poll with { Voters = poll.Voters + (e.Again ? 0 : 1), Counts = Counted(poll.Counts, e) };
                return true;
            case PollClosed e:
                _polls[e.Poll] = _polls[e.Poll] with { Status = PollStatus.Closed };
                return true;
            case PollCounted e:
                _polls[e.Poll] = _polls[e.Poll] with { Counts = e.Counts, Voters = e.Voters, Unreadable = e.Unreadable };
                return true;
            case PollPublished e:
                _polls[e.Poll] = _polls[e.Poll] with { Published = true, Counts = e.Counts, Voters = e.Voters, Unreadable = e.Unreadable };
                return true;
            case PollDeleted e:
                _polls.Remove(e.Poll);
                return true;
            default:
                return false;
        }
    }

    private static ImmutableArray<int>? Counted(ImmutableArray<int>? counts, VoteCast e)
    {
        if (counts is not { } before || e.Options is not { } options) return counts;
        var after = before.ToArray();
        foreach (var option in e.Before ?? []) after[option]--;
        foreach (var option in options) after[option]++;
        return [.. after];
    }
}
