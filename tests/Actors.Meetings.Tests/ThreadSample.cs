using System.Collections.Immutable;
using System.Text;
using Actors.Contracts;

namespace Actors.Meetings.Tests;

/// <summary>Short names for what tests of threads say again and again.</summary>
internal static class ThreadSample
{
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_000);

    public static readonly Attachment Attached = new("https://files.example/a.png", "image/png", 7, new string('a', 64), "a.png");

    public static RosterUpdate Full(long through, SpacePolicy policy, bool closed, params (string Id, Role Role)[] members) => new(
        0, through, true, [.. members.Select(member => new Member(member.Id, member.Id, member.Role))], [], policy, closed, "Main", false);

    public static ThreadState Follow(this ThreadState state, params Event[] events) =>
        events.Aggregate(state, (folded, @event) => folded.Evolve(new Recorded(folded.Version + 1, Start, null, null, @event)));

    public static ThreadState Say(this ThreadState state, string by, Event @event) =>
        state.Evolve(new Recorded(state.Version + 1, Start, by, null, @event));

    /// <summary>Event 1: host, co-host, presenter, ann, bob, attendee are in, gone has left again (event 2).</summary>
    public static ThreadState Thread(SpacePolicy? policy = null, bool closed = false)
    {
        var full = Full(
            10, policy ?? new SpacePolicy(), closed,
            ("host", Role.Host), ("cohost", Role.CoHost), ("presenter", Role.Presenter), ("ann", Role.Participant),
            ("bob", Role.Participant), ("attendee", Role.Attendee), ("gone", Role.Participant));
        var state = ThreadState.Empty.Follow(ChatThread.Apply(ThreadState.Empty, full)!.Value.Events[0]);
        return state.Follow(new RosterChanged(11, [], ["gone"]));
    }

    public static Request From(string who, Command command, long counter = 1) => new(
        new CommandId("session-" + who, counter),
        who switch
        {
            "api" => Caller.Backend("key"),
            "system" => Caller.System,
            _ => Caller.Participant(who),
        },
        command);

    public static Outcome Decide(this ThreadState state, string who, Command command, MessageFacts? facts = null) =>
        ChatThread.Decide(state, From(who, command), Start, facts);

    public static MessageFacts Facts(long message, string author, string text = "hello", MessageOverlay? overlay = null) =>
        new(message, author, text, overlay ?? MessageOverlay.None);

    public static string Stored(params Recorded[] events)
    {
        var batch = new BatchWriter(events[0].At);
        foreach (var recorded in events) batch.Add(recorded);
        return Encoding.UTF8.GetString(batch.WrittenMemory.Span);
    }

    public static ImmutableArray<Recorded> Read(string stored, long version, int count, Upcasts? upcasts = null) =>
        EventCodec.Decode(version, count, Start, Encoding.UTF8.GetBytes(stored), upcasts);
}
