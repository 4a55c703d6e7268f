using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>Who was in which place, from when to when: a page of <see cref="Limits.PlacesPage"/> at most.</summary>
/// <param name="After">Where the page before said to go on; null: from the start.</param>
/// <param name="Participant">Only theirs.</param>
/// <param name="Seen">The page accounts for this number of the meeting at least, if it is the last one.</param>
[GenerateSerializer, Immutable, Alias("places_request")]
public sealed record PlacesRequest(string? After = null, int Limit = Limits.PlacesPage, string? Participant = null, long Seen = 0);

/// <summary>Somebody's time in one place without interruption. Losing the connection and coming back within the grace is none.</summary>
/// <param name="Name">Theirs, as it was last during the stay.</param>
/// <param name="Until">Null while it lasts.</param>
/// <param name="Room">Name of the breakout room when they came.</param>
[GenerateSerializer, Immutable, Alias("stay")]
public sealed record Stay(string Participant, string Name, string Place, DateTimeOffset Since, DateTimeOffset? Until = null, string? Room = null);

/// <summary>
/// Stays in the order in which they ended; after all of these, by participant, those that lasted at event <paramref name="Number"/>. A page may be short, even empty, and not the
/// last: <paramref name="Next"/> is null at the end.
/// </summary>
[GenerateSerializer, Immutable, Alias("places_page")]
public sealed record PlacesPage(long Number, ImmutableArray<Stay> Stays, string? Next = null, Refusal? Refusal = null);
