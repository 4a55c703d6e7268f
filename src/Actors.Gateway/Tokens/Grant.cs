using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>What an access token allows: to be one participant of one meeting.</summary>
/// <param name="Home">The tenant where its holder is at home; null: the meeting's.</param>
internal sealed record Grant(
    string Tenant,
    string Meeting,
    string Participant,
    string Name,
    Role Role,
    Kind Kind,
    bool Guest,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt,
    ImmutableDictionary<string, string>? Attributes = null,
    string? Home = null);
