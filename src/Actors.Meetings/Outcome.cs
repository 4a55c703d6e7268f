using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>What a decision comes to: events to record (never none: what changes nothing is <see cref="NothingChanged"/>), or a refusal.</summary>
public readonly record struct Outcome
{
    private Outcome(ImmutableArray<Event> events, Refusal reason, string? detail) => (Events, Reason, Detail) = (events, reason, detail);

    /// <summary>Default where refused.</summary>
    public ImmutableArray<Event> Events { get; }

    public Refusal Reason { get; }

    public string? Detail { get; }

    public bool IsRefused => Events.IsDefault;

    public static Outcome Refuse(Refusal reason, string? detail = null) => new(default, reason, detail);

    public static Outcome Of(params ReadOnlySpan<Event> events) =>
        events.Length == 0 ? Nothing : new([.. events], default, null);

    public static Outcome Of(ImmutableArray<Event> events) => events.IsDefaultOrEmpty ? Nothing : new(events, default, null);

    public static readonly Outcome Nothing = new([new NothingChanged()], default, null);
}
