using System.Collections.Immutable;
using Actors.Contracts;
using Shouldly;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

/// <summary>
/// A thread's shell and storage in a few lines: a log in stored batches, overlays and a snapshot written at arbitrary moments, crashes.
/// <see cref="Truth"/> is what was acknowledged, kept apart.
/// </summary>
internal sealed class ThreadWorld
{
    private readonly List<(long Version, int Count, DateTimeOffset At, ReadOnlyMemory<byte> Events)> batches = [];
    private readonly Dictionary<long, (long Through, byte[] Payload)> overlays = [];
    private readonly List<Recorded> open = [];
    private readonly Dictionary<string, long> counters = [];
    private byte[]? snapshot;

    public ThreadState State { get; private set; } = ThreadState.Empty;

    public OverlayBuffer Buffer { get; private set; } = new();

    public DateTimeOffset Now { get; set; } = Start;

    /// <summary>Every durable event with its original text.</summary>
    public List<Recorded> Truth { get; } = [];

    /// <summary>Accepted commands with their first answers.</summary>
    public List<(Request Request, long First, long Last)> Accepted { get; } = [];

    public IEnumerable<byte[]> StoredBytes => batches.Select(batch => batch.Events.ToArray()).Concat(overlays.Values.Select(overlay => overlay.Payload));

    public IEnumerable<Recorded> Log => batches.SelectMany(batch => EventCodec.Decode(batch.Version, batch.Count, batch.At, batch.Events.Span));

    public Request Request(string who, Command command)
    {
        counters[who] = counters.GetValueOrDefault(who) + 1;
        return From(who, command, counters[who]) with { Id = new CommandId($"{who}-{crashes}", counters[who]) };
    }

    private int crashes;

    /// <param name="ahead">Decided as if so much time had passed.</param>
    public Outcome Execute(Request request, TimeSpan ahead = default)
    {
        if (Buffer.IsFull) Flush(0);
        var facts = ChatThread.Concerns(State, request.Command) is { } message ? Facts(message) : null;
        var outcome = ChatThread.Decide(State, request, Now + ahead, facts);
        if (outcome.IsRefused) return outcome;
        var first = State.Version + 1;
        Record(request.Caller.By, request.Caller.Kind == CallerKind.System ? null : request.Id, outcome.Events);
        if (request.Caller.Kind != CallerKind.System) Accepted.Add((request, first, State.Version));
        return outcome;
    }

    public void Apply(RosterUpdate update)
    {
        if (ChatThread.Apply(State, update) is { } outcome) Record(null, null, outcome.Events);
    }

    public void Record(string? by, CommandId? id, ImmutableArray<Event> events)
    {
        foreach (var @event in events)
        {
            var recorded = new Recorded(State.Version + 1, Now, by, id, @event);
            State = State.Evolve(recorded);
            Buffer.Evolve(recorded);
            open.Add(recorded);
        }
    }

    public void Commit()
    {
        if (open.Count == 0) return;
        var writer = new BatchWriter(open[0].At);
        foreach (var recorded in open) writer.Add(recorded);
        batches.Add((open[0].Number, open.Count, open[0].At, writer.ToArray()));
        Truth.AddRange(open);
        open.Clear();
    }

    /// <summary>Writes the overlay of the n-th dirty page through what is durable.</summary>
    public void Flush(int index)
    {
        if (Buffer.DirtyPages.IsEmpty) return;
        FlushPage(Buffer.DirtyPages[index % Buffer.DirtyPages.Length]);
    }

    private void FlushPage(long page)
    {
        var durable = Truth.Count;
        var merged = (Overlay(page) ?? PageOverlay.Empty(page)).Merge(Buffer.Changes(page, durable));
        if (merged.LacksWords) merged = merged.WithWords(Log);
        overlays[page] = (merged.Through, merged.Encode());
        Buffer.Flushed(page, merged.Through);
    }

    public void Snapshot()
    {
        Commit();
        foreach (var page in Buffer.DirtyPages.Union(Buffer.EndedPages)) FlushPage(page);
        snapshot = State.Encode();
    }

    /// <summary>What was not durable is gone; a new activation starts from the snapshot and the tail.</summary>
    public void Crash()
    {
        Accepted.RemoveAll(accepted => accepted.Last > Truth.Count);
        open.Clear();
        crashes++;
        Buffer = new OverlayBuffer();
        State = snapshot is null ? ThreadState.Empty : ThreadState.Decode(snapshot);
        foreach (var recorded in Log.Where(recorded => recorded.Number > State.Version).ToList())
        {
            State = State.Evolve(recorded);
            Buffer.Evolve(recorded);
        }
    }

    /// <summary>Erases one deleted message's texts: overlay first, then the batches, then the record of it.</summary>
    public void Redact()
    {
        Commit();
        if (State.Held || State.Redactions.IsEmpty) return;
        var pending = State.Redactions.Values.First();
        FlushPage(PageOverlay.PageOf(pending.Message));
        for (var i = 0; i < batches.Count; i++)
            batches[i] = batches[i] with { Events = EventCodec.Redact(batches[i].Events, batches[i].Version, pending.Numbers) };
        Execute(new Request(new CommandId("system", 1), Caller.System, new RecordRedaction(pending.Message)));
    }

    public HistoryPage History(HistoryRequest request)
    {
        var plan = Meetings.History.Plan(State, request with { Caller = Caller.Backend("key") });
        if (!plan.IsEmpty) (plan.Through - plan.From).ShouldBeLessThan(Meetings.History.Span);
        var stored = plan.IsEmpty ? [] : overlays.Keys.Where(page => page >= plan.FirstPage && page <= plan.LastPage).Select(page => Overlay(page)!);
        return Meetings.History.Assemble(plan, Log.Concat(open), stored, Buffer);
    }

    public MessageFacts Facts(long message) =>
        MessageFacts.Of(Log.Concat(open).First(recorded => recorded.Number == message), Overlay(PageOverlay.PageOf(message)), Buffer);

    /// <summary>As stored; null where there is none.</summary>
    public PageOverlay? Overlay(long page) =>
        overlays.TryGetValue(page, out var stored) ? PageOverlay.Decode(page, stored.Through, stored.Payload) : null;
}
