using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>Abilities taken from single people, as the gateway's roster knows them: whoever it introduces comes with theirs.</summary>
public sealed class LockTests
{
    private readonly MeetingRoster _roster = new();
    private long _number;

    [Fact]
    public void B3_abilities_are_taken_from_one_person_and_given_back()
    {
        Happen(HubHost.Joined("ann"), HubHost.Joined("bob"));
        Happen(new AbilitiesLocked(["ann", "ghost"], [Ability.Reactions, Ability.Chat], true));
        _roster.Describe("ann")!.Locked!.Value.ShouldBe([Ability.Chat, Ability.Reactions]);
        _roster.Describe("bob")!.Locked.ShouldBeNull();
        Happen(new AbilitiesLocked(["ann"], [Ability.Chat], false));
        _roster.Describe("ann")!.Locked!.Value.ShouldBe([Ability.Reactions]);
        Happen(new AbilitiesLocked(["ann"], [Ability.Reactions], false));
        _roster.Describe("ann")!.Locked.ShouldBeNull();
    }

    [Fact]
    public void B3_who_comes_with_a_lock_has_it_here_too_and_is_introduced_with_it()
    {
        Happen(HubHost.Joined("ann") with { Locked = [Ability.Reactions] });
        Happen(new AbilitiesLocked(["ann"], [Ability.Camera], true));
        _roster.Describe("ann")!.Locked!.Value.ShouldBe([Ability.Camera, Ability.Reactions]);
    }

    private void Happen(params ImmutableArray<Event> events)
    {
        foreach (var happened in events) _roster.Apply(new Recorded(++_number, DateTimeOffset.UnixEpoch, null, null, happened), []);
    }
}
