using System.Text;
using Actors.Contracts;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

/// <summary>Random commands, commits, flushes, snapshots and crashes; what the thread says is compared with a naive replay.</summary>
public class ThreadProperties
{
    private static readonly string[] People = ["ann", "bob", "host", "api", "cho", "attendee", "stranger"];

    // More than are listed one by one.
    private static readonly string[] Crowd = [.. Enumerable.Range(0, 70).Select(i => $"crowd{i:D2}")];

    // Numbers of the first messages: just below the border of two overlay pages.
    private const int Filler = Limits.OverlaySpan - 12;

    [Fact]
    public void P12_replay_of_the_stored_log_gives_the_live_state() => ForAll(world =>
    {
        world.Commit();
        var replayed = world.Log.Aggregate(ThreadState.Empty, (state, recorded) => state.Evolve(recorded));
        Text(replayed).ShouldBe(Text(world.State));
    });

    [Fact]
    public void P12_snapshot_and_tail_give_the_state_of_a_full_replay() => ForAll(world =>
    {
        world.Commit();
        var log = world.Log.ToList();
        var whole = log.Aggregate(ThreadState.Empty, (state, recorded) => state.Evolve(recorded));
        foreach (var cut in new[] { 0, log.Count / 3, log.Count - 2, log.Count })
        {
            var head = log.Take(cut).Aggregate(ThreadState.Empty, (state, recorded) => state.Evolve(recorded));
            Text(log.Skip(cut).Aggregate(ThreadState.Decode(head.Encode()), (state, recorded) => state.Evolve(recorded))).ShouldBe(Text(whole));
        }
    });

    [Fact]
    public void P12_state_is_blind_to_redacted_text() => ForAll(world =>
    {
        world.Execute(world.Request("api", new HoldThread(false)));
        world.Commit();
        while (!world.State.Redactions.IsEmpty) world.Redact();
        world.Commit();
        var original = world.Truth.Aggregate(ThreadState.Empty, (state, recorded) => state.Evolve(recorded));
        Text(world.Log.Aggregate(ThreadState.Empty, (state, recorded) => state.Evolve(recorded))).ShouldBe(Text(original));
    });

    [Fact]
    public void P3_a_repeated_accepted_command_is_recognised_with_its_first_answer() => ForAll(world =>
    {
        foreach (var (request, first, last) in world.Accepted.TakeLast(Limits.RememberedAnswers))
        {
            world.State.Memory.Find(request.Caller.By, request.Id, out var from, out var to).ShouldBe(Remembered.Yes);
            (from, to).ShouldBe((first, last));
        }
    });

    [Fact]
    public void History_is_that_of_the_naive_replay_wherever_overlays_were_flushed() => ForAll((world, random) =>
    {
        world.Commit();
        var expected = NaiveThread.Of(world.Truth).Posts.Values.Select(Expected).ToList();
        var limit = 1 + random.Next(Limits.HistoryPage);
        var back = new List<Message>();
        for (long? before = null, older = 0; older is not null; before = older)
        {
            var page = world.History(new HistoryRequest(Before: before, Limit: limit));
            page.Newer.HasValue.ShouldBe(back.Count > 0);
            back.InsertRange(0, page.Messages);
            older = page.Older;
        }
        back.Select(Seen).ShouldBe(expected);
        var forth = new List<Message>();
        for (long? newer = 0; newer is { } after;)
        {
            var page = world.History(new HistoryRequest(After: after, Limit: limit));
            page.Messages.Length.ShouldBeLessThanOrEqualTo(limit);
            forth.AddRange(page.Messages);
            newer = page.Newer;
        }
        forth.Select(Seen).ShouldBe(expected);
    });

    [Fact]
    public void E3_a_page_around_a_number_has_the_nearest_message_in_its_middle_and_goes_on_both_ways() => ForAll((world, random) =>
    {
        world.Commit();
        var posts = NaiveThread.Of(world.Truth).Posts;
        var expected = posts.Values.Select(Expected).ToList();
        var numbers = posts.Keys.ToList();
        var limit = 1 + random.Next(20);
        for (var around = Filler - 3; around < world.State.Version + 3; around += 1 + random.Next(9))
        {
            var page = world.History(new HistoryRequest(Around: around, Limit: limit));
            page.Messages.Length.ShouldBe(Math.Min(limit, numbers.Count));
            if (numbers.Count == 0) continue;
            var anchor = Math.Max(0, numbers.FindLastIndex(number => number <= around));
            var first = numbers.IndexOf(page.Messages[0].Number);
            var middle = Math.Clamp(anchor - (limit / 2), 0, Math.Max(0, numbers.Count - limit));
            first.ShouldBe(middle, $"around {around}, {limit} of {numbers.Count}");
            page.Messages.Select(Seen).ShouldBe(expected.Skip(first).Take(limit));
            page.Older.ShouldBe(first > 0 ? numbers[first] : null);
            page.Newer.ShouldBe(first + limit < numbers.Count ? page.Messages[^1].Number : null);
        }
    });

    [Fact]
    public void E4_unread_and_mention_counts_and_pins_are_those_of_the_naive_replay_and_never_count_own_messages() => ForAll(world =>
    {
        world.Commit();
        var naive = NaiveThread.Of(world.Truth);
        var receipts = ChatThread.Receipts(world.State).Members;
        receipts.Select(member => member.Participant).ShouldBe(naive.People.Keys.Order(StringComparer.Ordinal));
        foreach (var member in receipts) (member.Unread, member.Mentions).ShouldBe((naive.Unread(member.Participant), naive.Mentions(member.Participant)), member.Participant);
        (ChatThread.View(world.State, null)!.Pins ?? []).ShouldBe(naive.Pins);
        ChatThread.View(world.State, null)!.Messages.ShouldBe(naive.Posts.Values.Count(post => !post.Deleted));
    });

    [Fact]
    public void After_a_deletion_no_text_of_the_message_or_its_edits_is_left_anywhere() => ForAll(world =>
    {
        world.Execute(world.Request("api", new HoldThread(false)));
        world.Commit();
        while (!world.State.Redactions.IsEmpty) world.Redact();
        world.Snapshot();
        var stored = string.Concat(world.StoredBytes.Append(world.State.Encode()).Select(Encoding.UTF8.GetString));
        foreach (var post in NaiveThread.Of(world.Truth).Posts.Values)
            foreach (var text in post.AllTexts)
                stored.Contains(text, StringComparison.Ordinal).ShouldBe(!post.Deleted, text);
    });

    [Fact]
    public void E7_words_stored_with_a_page_never_rule_out_a_message_that_matches_as_it_reads_now() => ForAll(world =>
    {
        world.Commit();
        foreach (var message in NaiveThread.Of(world.Truth).Posts.Values.Where(post => !post.Deleted))
        {
            var page = PageOverlay.PageOf(message.Number);
            var stored = world.Overlay(page);
            world.Buffer.Completes(page, stored?.Through ?? 0).ShouldBeTrue();
            MessageSearch.Parse(message.Text, out var search).ShouldBeNull();
            search.Matches(message.Text).ShouldBeTrue();
            search.RulesOut(stored?.Words, world.Buffer.EditedTexts(page)).ShouldBeFalse($"{message.Number} {message.Text}");
        }
    });

    [Fact]
    public void E7_a_snapshot_leaves_no_ended_page_without_its_words_also_after_a_crash() => ForAll(world =>
    {
        world.Snapshot();
        world.Crash();
        world.Buffer.EndedPages.ShouldBeEmpty();
        for (var page = 0L; PageOverlay.LastOf(page) <= world.State.Version; page++) world.Overlay(page)!.Words.ShouldNotBeNull();
    });

    [Fact]
    public void E7_after_a_deletion_the_stored_words_are_those_of_the_messages_that_are_left() => ForAll(world =>
    {
        world.Execute(world.Request("api", new HoldThread(false)));
        world.Commit();
        while (!world.State.Redactions.IsEmpty) world.Redact();
        world.Snapshot();
        var left = NaiveThread.Of(world.Truth).Posts.Values.Where(post => !post.Deleted).ToLookup(post => PageOverlay.PageOf(post.Number), post => post.Text);
        for (var page = 0L; PageOverlay.LastOf(page) <= world.State.Version; page++)
            world.Overlay(page)!.Words!.Bits.SequenceEqual(WordFilter.Of(left[page]).Bits).ShouldBeTrue();
    });

    [Fact]
    public void Random_runs_reach_every_event_of_a_thread()
    {
        var seen = new HashSet<string>();
        // Seeds of steps as the properties draw them; a fixed number of runs, so that it cannot fail by chance.
        for (var run = 0; run < 40; run++)
        {
            var world = NewWorld();
            var random = new Random(run);
            for (var i = 0; i < 120; i++) Take(world, random.Next(), mayCrash: false);
            world.Commit();
            seen.UnionWith(world.Truth.Select(recorded => recorded.Event.GetType().Name));
        }
        seen.Order(StringComparer.Ordinal).ShouldBe(
        [
            nameof(HoldChanged), nameof(MessageDeleted), nameof(MessageEdited), nameof(MessagePinned), nameof(MessagePosted), nameof(MessageRedacted), nameof(MessageUnpinned),
            nameof(NothingChanged), nameof(PointersGathered), nameof(PointersMoved), nameof(ReactionChanged), nameof(RetentionChanged), nameof(RosterChanged),
        ]);
    }

    [Fact]
    public void Pointers_never_go_back_and_never_pass_the_last_message()
    {
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue).ArrayOf()), steps =>
        {
            var world = NewWorld();
            var before = ChatThread.Receipts(world.State);
            foreach (var step in steps)
            {
                Take(world, step, mayCrash: false);
                var now = ChatThread.Receipts(world.State);
                foreach (var old in before.Members)
                {
                    var member = now.Members.Single(member => member.Participant == old.Participant);
                    member.Delivered.ShouldBeInRange(old.Delivered, world.State.LastMessage);
                    member.Read.ShouldBeInRange(old.Read, member.Delivered);
                }
                before = now;
            }
        }).Check(Config.QuickThrowOnFailure);
    }

    private static void ForAll(Action<ThreadWorld> property) => ForAll((world, _) => property(world));

    private static void ForAll(Action<ThreadWorld, Random> property) =>
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue).ArrayOf()), steps =>
        {
            var world = NewWorld();
            foreach (var step in steps) Take(world, step, mayCrash: true);
            property(world, new Random(steps.Length));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithStartSize(10).WithEndSize(120));

    private static ThreadWorld NewWorld()
    {
        var world = new ThreadWorld();
        world.Apply(Full(1, new SpacePolicy(), false, ("ann", Role.Participant), ("bob", Role.Presenter), ("host", Role.Host), ("attendee", Role.Attendee)));
        world.Apply(new RosterUpdate(1, 2, false, [.. Crowd.Select(id => new Member(id, id, Role.Participant))], [], new SpacePolicy(), false, "Main", false));
        for (var i = 0; i < Filler; i++) world.Record(null, null, [new NothingChanged()]);
        world.Commit();
        return world;
    }

    private static void Take(ThreadWorld world, int step, bool mayCrash)
    {
        var random = new Random(step);
        var who = People[random.Next(People.Length)];
        var target = Filler + 1 + random.NextInt64(Math.Max(1, world.State.Version - Filler));
        world.Now = world.Now.AddMilliseconds(random.Next(2_000));
        // A text that no other event has.
        var text = $"«{world.State.Version + 1}.{step}»";
        switch (random.Next(34))
        {
            case <= 8: world.Execute(world.Request(who, Post(world, random, text, target, step))); break;
            case <= 12: world.Execute(world.Request(who, new EditMessage(target, text))); break;
            case <= 14: world.Execute(world.Request(who, new DeleteMessage(target))); break;
            case <= 18: world.Execute(world.Request(who, new React(target, random.Next(2) == 0 ? "👍" : "🎉", random.Next(3) > 0))); break;
            case 19: world.Execute(world.Request("system", new RecordPointers([.. Crowd.Select((id, i) => new Contracts.Pointer(id, target + i, Math.Max(0, target - i)))]))); break;
            case <= 20: world.Execute(world.Request("system", new RecordPointers([new("ann", target, target - 1), new("bob", target, target + 3)]))); break;
            case 21: ChangeRoster(world, random); break;
            case 22: world.Flush(random.Next(4)); break;
            case 23: world.Snapshot(); break;
            case 24: world.Redact(); break;
            case 25 when mayCrash: world.Crash(); break;
            case 26: world.Execute(world.Request(random.Next(2) == 0 ? "host" : "api", new UnpinMessage(target))); break;
            case 31: world.Execute(world.Request("api", new HoldThread(random.Next(2) == 0))); break;
            case 32: world.Execute(world.Request("api", new KeepMessages(random.Next(3) == 0 ? null : random.Next(1, 4)))); break;
            case 33: world.Execute(world.Request("system", new ExpireMessage(target)), ahead: TimeSpan.FromHours(random.Next(60))); break;
            case 27 or 28: world.Execute(world.Request(random.Next(2) == 0 ? "host" : who, new PinMessage(target))); break;
            default: world.Commit(); break;
        }
    }

    private static PostMessage Post(ThreadWorld world, Random random, string text, long target, int step) => new(
        text,
        random.Next(4) == 0 ? target : null,
        random.Next(3) == 0 ? [People[random.Next(People.Length)], "bob"] : null,
        random.Next(3) == 0 ? [Attached(world.State.Version + 1, step)] : null,
        Everyone: random.Next(4) == 0);

    // An address that no other event has, and that is no beginning of another.
    private static Attachment Attached(long number, int step) =>
        new($"https://files.example/{number}/{step}/end", "image/png", step, new string('a', 64));

    private static void ChangeRoster(ThreadWorld world, Random random)
    {
        var cho = random.Next(2) == 0;
        world.Apply(new RosterUpdate(
            world.State.Cursor, world.State.Cursor + 1, false, cho ? [new Member("cho", "Cho", Role.Participant)] : [], cho ? ["bob"] : ["cho"],
            new SpacePolicy(MayChat: random.Next(4) > 0), false, "Main", false));
    }

    private static string Text(ThreadState state) => Encoding.UTF8.GetString(state.Encode());

    private static string Expected(NaiveThread.Post post) => post.Deleted
        ? $"{post.Number} {post.By} deleted"
        : $"{post.Number} {post.By} {post.Text} {post.Attached} {post.EditedAt:O} {string.Join(' ', post.Reactions.Select(given => $"{given.Reaction}:{string.Join(',', given.By)}"))}";

    private static string Seen(Message message)
    {
        if (message.Deleted)
        {
            (message.Text, message.Mentions, message.Reactions, message.EditedAt, message.Attachments).ShouldBe(("", null, null, null, null));
            return $"{message.Number} {message.By} deleted";
        }
        var reactions = message.Reactions is { } given ? given.Select(reaction => $"{reaction.Reaction}:{string.Join(',', reaction.By)}") : [];
        foreach (var reaction in message.Reactions ?? []) reaction.Count.ShouldBe(reaction.By.Length);
        return $"{message.Number} {message.By} {message.Text} {message.Attachments?.Single().Url} {message.EditedAt:O} {string.Join(' ', reactions)}";
    }
}
