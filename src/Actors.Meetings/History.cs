using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Which messages a page of history holds. The shell loads their posts and the overlays of their pages, then calls <see cref="History.Assemble"/>.</summary>
/// <param name="Messages">Their numbers, rising; none where refused or empty.</param>
/// <param name="Older">Continue with this as <see cref="HistoryRequest.Before"/>; null where nothing is older.</param>
/// <param name="Newer">Continue with this as <see cref="HistoryRequest.After"/>; null where nothing is newer.</param>
public sealed record HistoryPlan(ImmutableArray<long> Messages, long? Older, long? Newer, Outcome? Refused = null)
{
    /// <summary>Nothing has to be loaded.</summary>
    public bool IsEmpty => Messages.IsEmpty;

    public long From => IsEmpty ? 0 : Messages[0];

    public long Through => IsEmpty ? 0 : Messages[^1];

    public long FirstPage => PageOverlay.PageOf(From);

    public long LastPage => PageOverlay.PageOf(Through);

    /// <summary>The same stretch of history without the messages of some pages of numbers.</summary>
    public HistoryPlan Without(Func<long, bool> page)
    {
        var left = Messages.Select(PageOverlay.PageOf).Distinct().Where(page).ToHashSet();
        return left.Count == 0 ? this : this with { Messages = Messages.RemoveAll(number => left.Contains(PageOverlay.PageOf(number))) };
    }
}

/// <summary>Pages of messages as they read now.</summary>
public static class History
{
    /// <summary>
    /// Events between the first and last message of a page at most: one read of the log. Where reactions and pointers lie thick between the
    /// messages a page holds fewer than asked for.
    /// </summary>
    public const int Span = Limits.LogPage;

    public static HistoryPlan Plan(ThreadState state, HistoryRequest request)
    {
        if (Check(state, request) is { } refused) return new HistoryPlan([], null, null, refused);
        var readable = new Readable(state, state.ReadsAfter(request.Caller), request.Caller?.Kind == CallerKind.Participant ? state.LastReadable(request.Caller.Id) : state.LastMessage);
        if (request.After is { } after)
        {
            var rising = Take(readable.After(after), request.Limit);
            return rising.Count > 0 ? Bounded(readable, rising) : new HistoryPlan([], readable.Any ? Math.Min(after, state.Version) + 1 : null, null);
        }
        if (request.Around is { } around) return Centred(readable, around, request.Limit);
        var falling = Take(readable.Before(request.Before ?? long.MaxValue), request.Limit);
        falling.Reverse();
        return falling.Count > 0 ? Bounded(readable, falling) : new HistoryPlan([], null, readable.Any ? request.Before - 1 : null);
    }

    /// <summary>The messages of which the reader is told: those after <paramref name="Floor"/> up to <paramref name="Last"/>. To them the others are not there.</summary>
    private readonly record struct Readable(ThreadState State, long Floor, long Last)
    {
        public bool Any => Last > Floor;

        public IEnumerable<long> After(long number)
        {
            var last = Last;
            return State.Messages.After(Math.Max(number, Floor)).TakeWhile(message => message <= last);
        }

        public IEnumerable<long> Before(long number)
        {
            var floor = Floor;
            return State.Messages.Before(Math.Min(number, Last + 1)).TakeWhile(message => message > floor);
        }
    }

    private static Outcome? Check(ThreadState state, HistoryRequest request)
    {
        if (request.Limit is < 1 or > Limits.HistoryPage) return Invalid($"limit is not 1 to {Limits.HistoryPage}");
        if (new[] { request.Before, request.After, request.Around }.Count(number => number is not null) > 1)
            return Invalid("before, after and around exclude each other");
        if (request.Around < 1) return Invalid("around is no number of a message");
        if (request.Before < 1) return Invalid("before is no number of a message");
        if (request.After < 0) return Invalid("after is negative");
        return ChatThread.Membership(state, request.Caller);
    }

    private static Outcome Invalid(string detail) => Outcome.Refuse(Refusal.InvalidArgument, detail);

    private static List<long> Take(IEnumerable<long> numbers, int limit, int span = Span)
    {
        var taken = new List<long>();
        foreach (var number in numbers)
        {
            if (taken.Count == limit || (taken.Count > 0 && Math.Abs(number - taken[0]) >= span)) break;
            taken.Add(number);
        }
        return taken;
    }

    // The message asked for or the nearest older one, else the oldest; half the page before it, the rest after it, more of one where the other ends.
    private static HistoryPlan Centred(Readable readable, long around, int limit)
    {
        if (!readable.Any) return new HistoryPlan([], null, null);
        around = Math.Min(around, readable.State.Version);
        var anchor = readable.Before(around + 1).Concat(readable.After(around)).First();
        // Both include the anchor, so that half a span each stays within one.
        var older = Take(readable.Before(anchor + 1), limit, Span / 2);
        var newer = Take(readable.After(anchor - 1), limit, Span / 2);
        var before = Math.Min(older.Count - 1, Math.Max(limit / 2, limit - newer.Count));
        return Bounded(readable, [.. older.Take(before + 1).Reverse(), .. newer.Skip(1).Take(limit - 1 - before)]);
    }

    private static HistoryPlan Bounded(Readable readable, List<long> numbers)
    {
        var (first, last) = (numbers[0], numbers[^1]);
        return new HistoryPlan([.. numbers], readable.Before(first).Any() ? first : null, readable.Last > last ? last : null);
    }

    /// <summary>The page, with whatever happened to its messages up to the buffer's last event.</summary>
    /// <param name="plan">Of the same activation.</param>
    /// <param name="posts">Events of the log that include the page's posts; others are passed over.</param>
    /// <param name="overlays">Stored ones of the plan's pages; each must pass <see cref="OverlayBuffer.Completes"/>, a missing one as 0.</param>
    /// <param name="buffer">The thread's own.</param>
    public static HistoryPage Assemble(HistoryPlan plan, IEnumerable<Recorded> posts, IEnumerable<PageOverlay> overlays, OverlayBuffer buffer)
    {
        if (plan.Refused is { } refused) return new HistoryPage([], null, null, refused.Reason);
        var wanted = plan.Messages.ToHashSet();
        var byNumber = new Dictionary<long, Recorded>();
        foreach (var recorded in posts)
            if (wanted.Contains(recorded.Number)) byNumber[recorded.Number] = recorded;
        var byPage = overlays.ToDictionary(overlay => overlay.Page);
        var messages = ImmutableArray.CreateBuilder<Message>(plan.Messages.Length);
        foreach (var number in plan.Messages)
        {
            if (!byNumber.TryGetValue(number, out var post)) throw new InvalidOperationException($"The log lacks message {number}.");
            messages.Add(Read(post, buffer.Overlay(number, byPage.GetValueOrDefault(PageOverlay.PageOf(number)))));
        }
        return new HistoryPage(messages.MoveToImmutable(), plan.Older, plan.Newer);
    }

    private static Message Read(Recorded post, MessageOverlay overlay)
    {
        if (post.Event is not MessagePosted posted) throw new InvalidOperationException($"Event {post.Number} is no message.");
        if (overlay.Deleted) return new Message(post.Number, post.At, post.By ?? "", "", posted.ReplyTo, Deleted: true);
        return new Message(
            post.Number,
            post.At,
            post.By ?? "",
            overlay.Text ?? posted.Text,
            posted.ReplyTo,
            posted.Mentions,
            overlay.EditedAt,
            Reactions: overlay.Reactions.IsEmpty ? null : overlay.Reactions,
            Attachments: posted.Attachments,
            Everyone: posted.Everyone);
    }
}
