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
/// <param name="Personal">The one person whom the event is about; shown to them also where their class does not see it.</param>
internal readonly record struct Effect(Audiences Shown, ImmutableArray<string> Newcomers, string? Personal)
{
    public static implicit operator Effect(Audiences shown) => new(shown, [], null);
}

/// <summary>
/// Who is in a meeting, folded from a view and the events after it: enough to know every reader's class and place, and to introduce
/// people who come out of the waiting room. Owned by the meeting's hub, under its lock.
/// </summary>
internal sealed class MeetingRoster
{
    private readonly Dictionary<string, Person> _people = [];

    // By participant; they outlive the presence of their people.
    private readonly Dictionary<string, ImmutableArray<string>> _directs = new(StringComparer.Ordinal);

    private sealed record Person(
        string Name, Kind Kind, Placement Placement, ImmutableDictionary<string, string>? Attributes, ImmutableArray<Ability>? Locked, bool Away = false)
    {
        public bool IsWaiting => Placement.Place == Ids.Waiting;

        public bool IsAttendee => Placement.Role == Role.Attendee;

        public Audiences SeenBy => IsWaiting ? Audiences.Moderators : IsAttendee ? Audiences.None : Audiences.Interactive;
    }

    private bool _policyAllowsReactions = true;
    private bool _waitingMayChat;

    // From the first who waits, for good.
    private bool _hasWaitingThread;

    // Of the current round.
    private ImmutableHashSet<string> _rooms = [];
    private bool _areOpen;

    /// <summary>Whether somebody may send reactions: moderators always, others by the policy and unless it was taken from them.</summary>
    public bool MayReact(string participant) =>
        !_people.TryGetValue(participant, out var person) ? _policyAllowsReactions
        : person.Placement.Audience == Audience.Moderators || (_policyAllowsReactions && person.Locked?.Contains(Ability.Reactions) != true);

    /// <summary>Whether somebody who waits may write.</summary>
    public bool MayChatWaiting(string participant) => _waitingMayChat && _people.TryGetValue(participant, out var person)
        && person is { IsWaiting: true, IsAttendee: false } && person.Locked?.Contains(Ability.Chat) != true;

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
        Take(view.Settings);
        _hasWaitingThread = view.WaitingThread == true;
        (_rooms, _areOpen) = ([.. view.Rooms.Select(room => room.Id)], view.RoomsStatus is RoomsStatus.Open or RoomsStatus.Closing);
        foreach (var person in view.Participants) Add(person, view.Number);
    }

    /// <summary>Somebody whom a view for all does not name: an attendee.</summary>
    public void Add(ParticipantView person, long number)
    {
        var placement = new Placement(person.Role ?? Role.Participant, person.Place ?? Ids.Main, number);
        _people[person.Id] = new Person(person.Name, person.Kind ?? Kind.Person, placement, person.Attributes, person.Locked, person.Away);
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
            Attributes: person.Attributes,
            Locked: person.Locked,
            Away: person.Away);
    }

    /// <summary>Who sees the event. Asked before it is applied; for older events (resuming) the present roster has to do.</summary>
    public Effect Classify(Event @event) => @event switch
    {
        MeetingCreated or LockChanged => Audiences.Inside,
        // The view of those who wait has the settings too, and one says whether they may write.
        SettingsChanged => Audiences.All,
        MeetingStarted or MeetingEnded => Audiences.All,
        ParticipantJoined joined => new(SeenBy(joined.Role, joined.Place ?? Ids.Main), [], joined.Participant),
        ParticipantReconnected back => new(SeenBy(back.Participant), [], null),
        ParticipantsDisconnected lost => lost.Participants.Aggregate(Audiences.None, (seen, id) => seen | SeenBy(id)),
        SessionReplaced replaced => new(Audiences.None, [], replaced.Participant),
        ParticipantLeft left => new(SeenBy(left.Participant), [], left.Participant),
        ParticipantBanned banned => new(Audiences.Moderators, [], banned.Participant),
        ParticipantUnbanned or ParticipantsAssigned or RoomsShuffled => Audiences.Moderators,
        RoleChanged changed => OfRole(changed),
        AbilitiesLocked locked => locked.Participants.Aggregate(Audiences.None, (seen, id) => seen | SeenBy(id)),
        HelpRequested asked => new(Audiences.Moderators, [], asked.Participant),
        HelpEnded ended => new(Audiences.Moderators, [], ended.Participant),
        ParticipantRenamed renamed => new(SeenBy(renamed.Participant), [], renamed.Participant),
        AttributesChanged changed => new(SeenBy(changed.Participant), [], changed.Participant),
        AwayChanged changed => new(SeenBy(changed.Participant), [], changed.Participant),
        ParticipantsAdmitted admitted => OfAdmission(admitted.Participants),
        ParticipantPutBack back => new(SeenBy(back.Participant) | Audiences.Moderators, [], back.Participant),
        RoomsOpened or RoomsClosing or RoomsClosed or RoomsExtended or RoomsBroadcast => Audiences.Inside,
        RoomsCreated or RoomAdded or RoomRenamed or RoomDeleted or ParticipantsMoved => Audiences.Interactive,
        MeetingUpdated or MetadataChanged or TagsChanged or PasscodeChanged or SeriesEnded or OccurrenceFollows => Audiences.Inside,
        MeetingExtended or MeetingEndingSoon => Audiences.Inside,
        MeetingCancelled => Audiences.All,
        WaitingMessaged => Audiences.Moderators | Audiences.Waiting,
        CarriedOver or GroupsCarried => Audiences.Moderators,
        _ when Visibility.OfSpace(@event) is { } audiences => audiences,
        NothingChanged or OccurrenceContinued or DirectOpened => Audiences.None,
        _ => throw Visibility.Unknown(@event),
    };

    /// <summary>Applies the event; adds to <paramref name="changed"/> everybody whose role, place or threads it changed.</summary>
    public void Apply(Recorded recorded, HashSet<string> changed)
    {
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
            case SettingsChanged settings:
                Take(settings.Settings);
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
            case MeetingEnded:
                _people.Clear();
                break;
        }
    }

    private void Take(MeetingSettings settings)
    {
        _policyAllowsReactions = settings.Policy.MayReact;
        _waitingMayChat = settings.Policy.MayChat && settings.WaitingMayChat;
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

    private Effect OfRole(RoleChanged changed)
    {
        if (!_people.TryGetValue(changed.Participant, out var person)) return new(Audiences.Interactive, [], changed.Participant);
        if (person.IsWaiting) return new(Audiences.Moderators, [], changed.Participant);
        return new(Audiences.Interactive, person.IsAttendee ? [changed.Participant] : [], changed.Participant);
    }

    private Effect OfAdmission(ImmutableArray<string> admitted)
    {
        var newcomers = admitted.RemoveAll(id => !_people.TryGetValue(id, out var person) || person.IsAttendee);
        return new(newcomers.Length > 0 ? Audiences.Interactive : Audiences.Moderators, newcomers, null);
    }

    // Whom the roster does not know has left since: better an id too many than a reader who keeps somebody who is gone.
    private Audiences SeenBy(string participant) => _people.TryGetValue(participant, out var person) ? person.SeenBy : Audiences.Interactive;

    private static Audiences SeenBy(Role role, string place) =>
        place == Ids.Waiting ? Audiences.Moderators : role == Role.Attendee ? Audiences.None : Audiences.Interactive;
}
