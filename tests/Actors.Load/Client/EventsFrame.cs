using System.Collections.Immutable;

namespace Actors.Load.Client;

/// <summary>One <c>events</c> message: the stream went from <paramref name="From"/> to <paramref name="To"/>; numbers missing among the events are hidden from us.</summary>
internal sealed record EventsFrame(string Stream, long From, long To, ImmutableArray<DeliveredEvent> Events);

/// <param name="SentAt">Time stamp that the sender put into a measured chat text, else 0.</param>
internal readonly record struct DeliveredEvent(long Number, long At, string Type, long SentAt = 0);
