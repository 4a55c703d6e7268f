using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>People of a meeting in order of joining, view-only attendees included, after the cursor of the page before (0: from the start).</summary>
/// <param name="Seen">The page shows this number of the meeting at least.</param>
/// <param name="Role">Only these.</param>
[GenerateSerializer, Immutable, Alias("people_request")]
public sealed record PeopleRequest(Caller Caller, long After = 0, int Limit = Limits.PeoplePage, long Seen = 0, Role? Role = null);

/// <summary>
/// A page as of the meeting's event <paramref name="Number"/>. Joiners come at the end and who left is missing, so that going on with
/// <paramref name="Next"/> (null at the end) meets everybody who stayed exactly once.
/// </summary>
[GenerateSerializer, Immutable, Alias("people_page")]
public sealed record PeoplePage(long Number, ImmutableArray<ParticipantView> Participants, long? Next = null, Refusal? Refusal = null);
