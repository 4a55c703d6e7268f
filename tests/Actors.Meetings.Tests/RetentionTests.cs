using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

/// <summary>How long messages are kept.</summary>
public sealed class RetentionTests
{
    [Theory]
    // days kept, age in days, held: deleted?
    [InlineData(30, 30.0, false, true)]
    [InlineData(30, 29.99, false, false)]
    [InlineData(30, 31.0, true, false)]
    [InlineData(null, 4000.0, false, false)]
    public void E6_what_is_old_enough_is_deleted_unless_it_is_held_or_kept_for_ever(int? days, double age, bool held, bool deleted)
    {
        var state = Thread().Say("ann", new MessagePosted("old")).Follow(new RetentionChanged(days), new HoldChanged(held));
        var outcome = ChatThread.Decide(state, From("system", new ExpireMessage(3)), Start.AddDays(age), Facts(3, "ann", overlay: MessageOverlay.None with { Edits = [5] }) with { At = Start });
        outcome.Events.Single().ShouldBe(deleted ? outcome.Events.Single().ShouldBeOfType<MessageDeleted>() : new NothingChanged());
        if (deleted) ((MessageDeleted)outcome.Events[0]).Edits.ShouldBe([5]);
    }

    [Fact]
    public void E6_days_are_the_backends_to_say_and_survive_a_snapshot()
    {
        Thread().Decide("host", new KeepMessages(30)).Reason.ShouldBe(Refusal.NotAllowed);
        Thread().Decide("api", new KeepMessages(0)).Reason.ShouldBe(Refusal.InvalidArgument);
        Thread().Decide("api", new KeepMessages(30)).Events.ShouldBe([new RetentionChanged(30)]);
        Thread().Decide("api", new KeepMessages()).Events.ShouldBe([new NothingChanged()]);
        var kept = Thread().Follow(new RetentionChanged(30));
        kept.Decide("api", new KeepMessages(30)).Events.ShouldBe([new NothingChanged()]);
        ThreadState.Decode(kept.Encode()).KeepDays.ShouldBe(30);
        ChatThread.View(kept, null)!.KeepDays.ShouldBe(30);
        ThreadState.Decode(Thread().Encode()).KeepDays.ShouldBeNull();
        // Of the product itself, and of what is gone already nothing follows.
        kept.Decide("api", new ExpireMessage(3)).Reason.ShouldBe(Refusal.NotAllowed);
        kept.Decide("system", new ExpireMessage(3)).Events.ShouldBe([new NothingChanged()]);
    }

    [Fact]
    public void E6_the_oldest_message_is_found_among_deleted_ones_of_a_long_thread()
    {
        var (index, random, live) = (MessageIndex.Empty, new Random(7), new SortedSet<long>());
        index.FirstLive.ShouldBeNull();
        for (var number = 1L; number < 20_000; number += 1 + random.Next(40))
        {
            index = index.Set(number, live: true);
            live.Add(number);
        }
        while (live.Count > 0)
        {
            index.FirstLive.ShouldBe(live.Min);
            foreach (var gone in live.Take(1 + random.Next(20)).ToList())
            {
                index = index.Set(gone, live: false);
                live.Remove(gone);
            }
        }
        index.FirstLive.ShouldBeNull();
    }
}
