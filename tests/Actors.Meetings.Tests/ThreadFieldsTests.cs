using System.Collections.Immutable;
using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

public class ThreadFieldsTests
{
    private static readonly ImmutableArray<string> TooMany = [.. Enumerable.Range(0, Limits.MentionsPerMessage + 1).Select(i => $"u{i}")];

    public static TheoryData<string, Command, Refusal> Broken => new()
    {
        { "text", new PostMessage(null!), Refusal.InvalidArgument },
        { "text", new PostMessage(""), Refusal.InvalidArgument },
        { "text", new PostMessage(" \n\t\u2003"), Refusal.InvalidArgument },
        { "text", new PostMessage("bell\a"), Refusal.InvalidArgument },
        { "text", new PostMessage("line\r\n"), Refusal.InvalidArgument },
        { "text", new PostMessage("nul\0"), Refusal.InvalidArgument },
        { "text", new PostMessage("c1\u0085"), Refusal.InvalidArgument },
        { "text", new PostMessage("high\ud83d"), Refusal.InvalidArgument },
        { "text", new PostMessage("low\udc4d x"), Refusal.InvalidArgument },
        { "text", new PostMessage("swapped\udc4d\ud83d"), Refusal.InvalidArgument },
        { "text", new PostMessage(new string('x', Limits.MessageBytes + 1)), Refusal.TooLarge },
        { "text", new PostMessage(new string('é', Limits.MessageBytes / 2) + "x"), Refusal.TooLarge },
        { "text", new EditMessage(3, ""), Refusal.InvalidArgument },
        { "text", new EditMessage(3, new string('€', Limits.MessageBytes / 3 + 1)), Refusal.TooLarge },
        { "replyTo", new PostMessage("x", 0), Refusal.InvalidArgument },
        { "replyTo", new PostMessage("x", -1), Refusal.InvalidArgument },
        { "mentions", new PostMessage("x", null, TooMany), Refusal.TooLarge },
        { "mentions", new PostMessage("x", null, ["bob", null!]), Refusal.InvalidArgument },
        { "mentions", new PostMessage("x", null, ["no id"]), Refusal.InvalidArgument },
        { "mentions", new PostMessage("x", null, [new string('u', Limits.IdLength + 1)]), Refusal.InvalidArgument },
        { "message", new EditMessage(0, "x"), Refusal.InvalidArgument },
        { "message", new DeleteMessage(long.MinValue), Refusal.InvalidArgument },
        { "message", new React(-3, "👍"), Refusal.InvalidArgument },
        { "reaction", new React(3, null!), Refusal.InvalidArgument },
        { "reaction", new React(3, ""), Refusal.InvalidArgument },
        { "reaction", new React(3, "\n"), Refusal.InvalidArgument },
        { "reaction", new React(3, "\ud83d"), Refusal.InvalidArgument },
        { "reaction", new React(3, new string('x', Limits.ReactionLength + 1)), Refusal.TooLarge },
        { "delivered", new MovePointers(-1, 0), Refusal.InvalidArgument },
        { "read", new MovePointers(0, -1), Refusal.InvalidArgument },
        { "pointers", new RecordPointers(default), Refusal.InvalidArgument },
        { "pointers", new RecordPointers([null!]), Refusal.InvalidArgument },
        { "pointers", new RecordPointers([new Pointer(null!, 1, 1)]), Refusal.InvalidArgument },
        { "pointers", new RecordPointers([.. Enumerable.Repeat(new Pointer("bob", 1, 1), Limits.PointersPerCommand + 1)]), Refusal.TooLarge },
        { "read", new RecordPointers([new Pointer("bob", 1, -1)]), Refusal.InvalidArgument },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void P10_a_broken_field_is_refused_by_name(string field, Command command, Refusal refusal)
    {
        var who = command is RecordPointers ? "system" : "ann";
        var outcome = Thread().Say("ann", new MessagePosted("hello")).Decide(who, command, Facts(3, "ann"));
        outcome.IsRefused.ShouldBeTrue();
        outcome.Reason.ShouldBe(refusal);
        outcome.Detail.ShouldNotBeNull().ShouldStartWith(field);
    }

    [Fact]
    public void P10_a_command_of_another_stream_is_refused() => ThreadRulesTests.Expect(Thread().Decide("host", new StartMeeting()), Refusal.UnknownType);

    [Theory]
    [InlineData("tabs\tand\nlines")]
    [InlineData("👍🏽 ‍ family 👨‍👩‍👧")]
    [InlineData("עברית \u200f")]
    public void Text_of_every_language_is_taken(string text) => ThreadRulesTests.Expect(Thread().Decide("ann", new PostMessage(text)), null);

    [Fact]
    public void Text_at_its_limit_is_taken()
    {
        ThreadRulesTests.Expect(Thread().Decide("ann", new PostMessage(new string('x', Limits.MessageBytes))), null);
        ThreadRulesTests.Expect(Thread().Decide("ann", new PostMessage(new string('é', Limits.MessageBytes / 2))), null);
        ThreadRulesTests.Expect(Thread().Decide("ann", new PostMessage("x", null, TooMany[1..])), null);
    }
}
