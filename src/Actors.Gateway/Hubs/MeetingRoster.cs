using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>Somebody's role and place as of the meeting's event <paramref name="Number"/>, the last that changed them.</summary>
internal sealed record Placement(Role Role, string Place, long Number)
{
    /// <summary>Their direct threads.</summary>
    public ImmutableArray<string> Directs { get; init; } = [];

    /// <summary>The waiting room has a thread, and they may admit those who are in it.</summary>
    public bool ReadsWaiting { get; init; }

    /// <summary>Breakout rooms that are open, where they may follow their threads from outside.</summary>
    public ImmutableHashSet<string> Rooms { get; init; } = [];

    public Audience Audience => AudienceClasses.Of(Role, Place);
}

/// <summary>What a meeting's event means for its readers.</summary>
/// <param name="Newcomers">People whom the interactive classes see from here on without a <c>participant_joined</c> of their own.</param>
/// <param name="About">Whom the event is about; it is shown to them also where their class does not see it.</param>
internal readonly record struct Effect(Audiences Shown, ImmutableArray<string> Newcomers, ImmutableArray<string> About)
{
    public Effect(Audiences shown, ImmutableArray<string> newcomers, string? personal)
        : this(shown, newcomers, personal is null ? [] : ImmutableArray.Create(personal))
    {
    }

    /// <summary>What view-only attendees get of an event that says more than they are told; null: the same.</summary>
    public Event? Brief { get; init; }

    /// <summary>What somebody gets whom the event is about among others, and whose class does not see it; null: the same.</summary>
    public Func<string, Event>? Alone { get; init; }

    public static implicit operator Effect(Audiences shown) => new(shown, [], ImmutableArray<string>.Empty);
}

/// <summary>
/// Who is in a meeting, folded from a view and the events after it: enough to know every reader's class and place, and to introduce
/// people who come out of the waiting room. Owned by the meeting's hub, under its lock.
/// </summary>
internal sealed partial class MeetingRoster
{
    private readonly Dictionary<string, Person> _people = [];

    // By participant; they outlive the presence of their people.
    private readonly Dictionary<string, ImmutableArray<string>> _directs = new(StringComparer.Ordinal);

    private sealed record Person(
        string Name, Kind Kind, Placement Placement, ImmutableDictionary<string, string>? Attributes, ImmutableArray<Ability>? Locked, bool Away = false, bool Reconnecting = false)
    {
        public bool IsWaiting => Placement.Place == Ids.Waiting;

        public bool IsAttendee => Placement.Role == Role.Attendee;

        public Audiences SeenBy => IsWaiting ? Audiences.Moderators : IsAttendee ? Audiences.None : Audiences.Interactive;
    }

    // From the first who waits, for good.
    private bool _hasWaitingThread;

    // Of the main room. Hands of view-only attendees are exact, who are always in it; of others it does not matter.
    private readonly HashSet<string> _hands = new(StringComparer.Ordinal);
    private ImmutableArray<string> _spotlight = [];
    // Of the current round.
    private ImmutableHashSet<string> _rooms = [];
    private bool _areOpen;

    /// <summary>Whether the meeting has given up all of somebody's connections.</summary>
    public bool IsReconnecting(string participant) => _people.TryGetValue(participant, out var person) && person.Reconnecting;

    public bool HasRaised(string participant) => _hands.Contains(participant);

    public Placement? Find(string participant)
    {
        if (!_people.TryGetValue(participant, out var person)) return null;
        var placement = person.Placement;
        if (_directs.TryGetValue(participant, out var directs)) placement = placement with { Directs = directs };
        return placement.Audience == Audience.Moderators ? placement with { ReadsWaiting = _hasWaitingThread, Rooms = _areOpen ? _rooms : [] } : placement;
    }

    /// <param name="directs">As of the view's number or later.</param>
    public void Load(MeetingView view, ImmutableArray<string> directs)
    {
        _directs.Clear();
        foreach (var of in directs.SelectMany(direct => Ids.PeopleOf(direct).Select(id => (id, direct))).GroupBy(one => one.id, one => one.direct)) _directs[of.Key] = [.. of];

        _people.Clear();
        _hands.Clear();
        _hands.UnionWith(view.Hands);
        _spotlight = view.Spotlight ?? [];
        _hasWaitingThread = view.WaitingThread == true;
        (_rooms, _areOpen) = ([.. view.Rooms.Select(room => room.Id)], view.RoomsStatus is RoomsStatus.Open or RoomsStatus.Closing);
        foreach (var person in view.Participants) Add(person, view.Number, view.Hands.Contains(person.Id));
    }

    /// <summary>Also somebody whom a view for all does not name: an attendee.</summary>
    public void Add(ParticipantView person, long number, bool hand)
    {
        var placement = new Placement(person.Role ?? Role.Participant, person.Place ?? Ids.Main, number);
        _people[person.Id] = new Person(person.Name, person.Kind ?? Kind.Person, placement, person.Attributes, person.Locked, person.Away, person.Reconnecting);
        if (hand) _hands.Add(person.Id);
    }

    /// <summary>Somebody who was a view-only attendee at that number, whatever they are by the view.</summary>
    public void AddAttendee(ParticipantView person, long number, bool hand) => Add(person with { Role = Role.Attendee, Place = null }, number, hand);

    /// <summary>Whom these events are about to make somebody listed, and who is not known: view-only attendees from before this roster began.</summary>
    public List<string> UnknownOf(ImmutableArray<Recorded> events)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var recorded in events)
        {
            if (recorded.Event is ParticipantJoined joined) known.Add(joined.Participant);
            var listed = recorded.Event is RoleChanged { Role: not Role.Attendee } changed ? changed.Participant : (recorded.Event as ParticipantPutBack)?.Participant;
            if (listed is not null && !_people.ContainsKey(listed) && known.Add(listed)) unknown.Add(listed);
        }
        return unknown;
    }

    /// <summary>As the interactive classes are told of somebody, defaults left out.</summary>
    public ParticipantView? Describe(string participant)
    {
        if (!_people.TryGetValue(participant, out var person)) return null;
        var (role, place, _) = person.Placement;
        return new ParticipantView(
            participant,
            person.Name,
            role == Role.Participant ? null : role,
            person.Kind == Kind.Person ? null : person.Kind,
            place == Ids.Main ? null : place,
            person.Reconnecting,
            Attributes: person.Attributes,
            Locked: person.Locked,
            Away: person.Away);
    }

    /// <summary>Whoever asks is connected.</summary>
    public ParticipantView? DescribeToThemself(string participant) => Describe(participant) is { } person ? person with { Reconnecting = false } : null;

    /// <summary>Applies the event; adds to <paramref name="changed"/> everybody whose role, place or threads it changed.</summary>
    public void Apply(Recorded recorded, HashSet<string> changed)
    {
        ApplyToMain(recorded.Event);
        switch (recorded.Event)
        {
            case ParticipantJoined joined:
                var placement = new Placement(joined.Role, joined.Place ?? Ids.Main, recorded.Number);
                _people[joined.Participant] = new Person(joined.Name, joined.Kind, placement, joined.Attributes, joined.Locked);
                changed.Add(joined.Participant);
                if (placement.Place == Ids.Waiting) BeginWaiting(changed);
                break;
            case ParticipantLeft left:
                _people.Remove(left.Participant);
                break;
            case RoleChanged role:
                Change(role.Participant, was => was with { Role = role.Role, Number = recorded.Number }, changed);
                break;
            case ParticipantRenamed renamed when _people.TryGetValue(renamed.Participant, out var person):
                _people[renamed.Participant] = person with { Name = renamed.Name };
                break;
            case AttributesChanged attributes when _people.TryGetValue(attributes.Participant, out var person):
                var kept = (person.Attributes ?? ImmutableDictionary<string, string>.Empty).RemoveRange(attributes.Removed ?? []);
                kept = kept.SetItems(attributes.Set ?? ImmutableDictionary<string, string>.Empty);
                _people[attributes.Participant] = person with { Attributes = kept.IsEmpty ? null : kept };
                break;
            case AwayChanged away when _people.TryGetValue(away.Participant, out var person):
                _people[away.Participant] = person with { Away = away.Away };
                break;
            case AbilitiesLocked locked:
                foreach (var id in locked.Participants) Lock(id, locked);
                break;
            case DirectOpened opened:
                foreach (var id in (ReadOnlySpan<string>)[opened.Participant, opened.With]) Open(id, Ids.Direct(opened.Participant, opened.With), changed);
                break;
            case ParticipantsDisconnected lost:
                foreach (var id in lost.Participants) Connect(id, isReconnecting: true);
                break;
            case ParticipantReconnected back:
                Connect(back.Participant, isReconnecting: false);
                break;
            case SessionReplaced replaced:
                Connect(replaced.Participant, isReconnecting: false);
                break;
            case ParticipantsAdmitted admitted:
                foreach (var id in admitted.Participants) Move(id, Ids.Main, recorded.Number, changed);
                break;
            case ParticipantPutBack back:
                Move(back.Participant, Ids.Waiting, recorded.Number, changed);
                BeginWaiting(changed);
                break;
            case ParticipantsMoved moved:
                foreach (var move in moved.Moves) Move(move.Participant, move.Place, recorded.Number, changed);
                break;
            case RoomsCreated created:
                _rooms = [.. created.Rooms.Select(room => room.Id)];
                break;
            case RoomsOpened:
                Switch(_rooms, open: true, changed);
                break;
            case RoomAdded added:
                Switch(_rooms.Add(added.Room.Id), _areOpen, changed);
                break;
            case RoomsClosed:
                Return(Ids.IsRoom, recorded.Number, changed);
                Switch(_rooms, open: false, changed);
                break;
            case RoomDeleted deleted:
                Return(place => place == deleted.Room, recorded.Number, changed);
                Switch(_rooms.Remove(deleted.Room), _areOpen, changed);
                break;
            case MeetingEnded or MeetingCancelled:
                _people.Clear();
                break;
        }
    }

    // What of the main room has to be known: whose hand is up, and who is in the spotlight, which everybody drops out of who leaves the room or becomes view-only.
    private void ApplyToMain(Event @event)
    {
        switch (@event)
        {
            case HandRaised raised:
                _hands.Add(raised.Participant);
                break;
            case HandLowered { Participant: var id }:
                _hands.Remove(id);
                break;
            case TurnGranted { Participant: var id }:
                _hands.Remove(id);
                break;
            case AllHandsLowered:
                _hands.Clear();
                break;
            case ParticipantLeft { Participant: var id }:
                _hands.Remove(id);
                Unlight([id]);
                break;
            case ParticipantPutBack { Participant: var id }:
                _hands.Remove(id);
                Unlight([id]);
                break;
            case RoleChanged { Role: Role.Attendee, Participant: var id }:
                _hands.Remove(id);
                Unlight([id]);
                break;
            case ParticipantsMoved moved:
                Unlight(moved.Moves.Where(move => move.Place != Ids.Main).Select(move => move.Participant));
                break;
            case SpotlightChanged changed:
                _spotlight = changed.Participants;
                break;
            case MeetingEnded or MeetingCancelled:
                _hands.Clear();
                _spotlight = [];
                break;
        }
    }

    private void Unlight(IEnumerable<string> participants)
    {
        if (!_spotlight.IsEmpty) _spotlight = _spotlight.RemoveRange(participants);
    }

    private void Connect(string participant, bool isReconnecting)
    {
        if (_people.TryGetValue(participant, out var person)) _people[participant] = person with { Reconnecting = isReconnecting };
    }

    private void BeginWaiting(HashSet<string> changed)
    {
        if (_hasWaitingThread) return;
        _hasWaitingThread = true;
        changed.UnionWith(Moderators);
    }

    private IEnumerable<string> Moderators => _people.Where(pair => pair.Value.Placement.Audience == Audience.Moderators).Select(pair => pair.Key);

    private void Switch(ImmutableHashSet<string> rooms, bool open, HashSet<string> changed)
    {
        (_rooms, _areOpen) = (rooms, open);
        changed.UnionWith(Moderators);
    }

    private void Open(string participant, string direct, HashSet<string> changed)
    {
        var directs = _directs.GetValueOrDefault(participant, []);
        if (directs.Contains(direct)) return;
        _directs[participant] = directs.Add(direct);
        if (_people.ContainsKey(participant)) changed.Add(participant);
    }

    private void Lock(string participant, AbilitiesLocked change)
    {
        if (!_people.TryGetValue(participant, out var person)) return;
        var others = (person.Locked ?? []).RemoveRange(change.Abilities);
        var locked = change.Locked ? others.AddRange(change.Abilities).Sort() : others;
        _people[participant] = person with { Locked = locked.IsEmpty ? null : locked };
    }

    private void Return(Func<string, bool> from, long number, HashSet<string> changed)
    {
        foreach (var id in _people.Where(pair => from(pair.Value.Placement.Place)).Select(pair => pair.Key).ToArray())
            Move(id, Ids.Main, number, changed);
    }

    private void Move(string participant, string place, long number, HashSet<string> changed) =>
        Change(participant, was => was with { Place = place, Number = number }, changed);

    private void Change(string participant, Func<Placement, Placement> change, HashSet<string> changed)
    {
        if (!_people.TryGetValue(participant, out var person)) return;
        _people[participant] = person with { Placement = change(person.Placement) };
        changed.Add(participant);
    }
}
