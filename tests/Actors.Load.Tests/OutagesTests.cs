using Actors.Load.Modes;
using Actors.Testing;
using Shouldly;
using Xunit;

namespace Actors.Load.Tests;

/// <summary>How long meetings were away, per fault.</summary>
public sealed class OutagesTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void An_acceptance_of_before_the_fault_does_not_end_the_outage()
    {
        var outages = new Outages(_time);
        var before = _time.GetTimestamp();
        outages.Began("silo", ["m1", "m2"]);
        outages.Accepted("m1", "meeting", before - 1);
        outages.Open.ShouldBe(2);
        outages.Accepted("m1", "meeting", _time.GetTimestamp());
        outages.Open.ShouldBe(1);
        outages.Count("silo").ShouldBe(1);
        outages.AcceptedSoFar.ShouldBe(2);
    }

    [Fact]
    public void A_thread_that_answers_from_another_silo_does_not_end_its_meetings_outage()
    {
        var outages = new Outages(_time);
        outages.Began("silo", ["m1"]);
        outages.Accepted("m1", "thread/main", _time.GetTimestamp());
        outages.Open.ShouldBe(1);
        outages.AcceptedSoFar.ShouldBe(1);
    }

    [Fact]
    public void A_second_fault_during_an_outage_makes_it_one_of_several()
    {
        var outages = new Outages(_time);
        outages.Began("silo", ["m1"]);
        _time.Advance(TimeSpan.FromSeconds(2));
        outages.Began("gateway", ["m1", "m2"]);
        _time.Advance(TimeSpan.FromSeconds(1));
        outages.Accepted("m1", "meeting", _time.GetTimestamp());
        outages.Accepted("m2", "meeting", _time.GetTimestamp());
        outages.Kinds.ShouldBe(["gateway", Outages.Several]);
        outages.Count("silo").ShouldBe(0);
        outages.Longest("gateway").ShouldBe(TimeSpan.FromSeconds(1));
        outages.Longest(Outages.Several).ShouldBe(TimeSpan.FromSeconds(3), "it has not answered since the first fault");
    }

    [Fact]
    public void Only_interruptions_count_where_only_they_are_asked_for()
    {
        var outages = new Outages(_time);
        outages.Began("silo", ["m1"]);
        outages.Accepted("m1", "meeting", _time.GetTimestamp());
        outages.Count("silo", TimeSpan.FromHours(1)).ShouldBe(0);
        outages.Median("silo", TimeSpan.FromHours(1)).ShouldBe(TimeSpan.Zero);
        outages.Median("silo").ShouldBe(outages.Longest());
    }
}
