using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>Abilities taken from single people, as the gateway's roster knows them: reactions never reach a grain.</summary>
public sealed class LockTests
{
    private readonly MeetingRoster _roster = new();
    private long _number;

    [Fact]
    public void B3_reactions_are_taken_from_one_person_and_given_back()
    {
        Happen(HubHost.Joined("ann"), HubHost.Joined("bob"), HubHost.Joined("host", Role.Host));
        Happen(new AbilitiesLocked(["ann", "host", "ghost"], [Ability.Reactions, Ability.Chat], true));
        Reacting("ann", "bob", "host").ShouldBe(["bob", "host"]);
        Happen(new AbilitiesLocked(["ann"], [Ability.Chat], false));
        Reacting("ann").ShouldBeEmpty();
        Happen(new AbilitiesLocked(["ann"], [Ability.Reactions], false));
        Reacting("ann").ShouldBe(["ann"]);
        _roster.Describe("ann")!.Locked.ShouldBeNull();
    }

    [Fact]
    public void B3_who_comes_with_a_lock_has_it_here_too_and_is_introduced_with_it()
    {
        Happen(HubHost.Joined("ann") with { Locked = [Ability.Reactions] });
        Reacting("ann").ShouldBeEmpty();
        Happen(new AbilitiesLocked(["ann"], [Ability.Camera], true));
        _roster.Describe("ann")!.Locked!.Value.ShouldBe([Ability.Camera, Ability.Reactions]);
        Happen(new SettingsChanged(MeetingSettings.Default with { Policy = new SpacePolicy(MayReact: false) }), new AbilitiesLocked(["ann"], [Ability.Reactions], false));
        Reacting("ann", "stranger").ShouldBeEmpty();
        Happen(new RoleChanged("ann", Role.CoHost));
        Reacting("ann").ShouldBe(["ann"]);
    }

    private IEnumerable<string> Reacting(params string[] people) => people.Where(_roster.MayReact);

    private void Happen(params ImmutableArray<Event> events)
    {
        foreach (var happened in events) _roster.Apply(new Recorded(++_number, DateTimeOffset.UnixEpoch, null, null, happened), []);
    }
}
