using Actors.Load.Client;
using Actors.Load.Modes;
using Shouldly;
using Xunit;

namespace Actors.Load.Tests;

/// <summary>What a stop costs is what commands waited for meanwhile.</summary>
public sealed class WaitsTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(3);

    [Fact]
    public void Only_what_the_meeting_itself_accepted_says_how_long_it_did_not_answer()
    {
        var waits = new Waits();
        waits.Answered(Accepted("meeting"), Short);
        waits.Answered(Accepted("thread/main"), Long);
        waits.Answered(Refused("rooms_open"), Long);
        waits.Take().ShouldBe(new Waited(Long, Short, 0));
    }

    [Fact]
    public void Refusals_count_where_the_command_has_to_be_sent_again()
    {
        var waits = new Waits();
        foreach (var reason in (string[])["unavailable", "busy", "not_joined"]) waits.Answered(Refused(reason), Short);
        waits.Take().Refused.ShouldBe(2);
    }

    [Fact]
    public void What_was_taken_is_not_taken_again()
    {
        var waits = new Waits();
        waits.Answered(Accepted("meeting"), Short);
        waits.Take();
        waits.Take().ShouldBe(default);
    }

    [Fact]
    public void Several_together_are_the_longest_of_each_and_all_refusals() =>
        new Waited(Long, Short, 1).And(new Waited(Short, Long, 2)).ShouldBe(new Waited(Long, Long, 3));

    private static Answer Accepted(string stream) => new(true, stream, 1, 1);

    private static Answer Refused(string reason) => Answer.Refused(reason, "");
}
