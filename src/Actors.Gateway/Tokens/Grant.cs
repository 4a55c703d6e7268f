using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>What an access token allows. Each kind of token is read as that kind and as no other.</summary>
internal abstract record AccessGrant;

/// <summary>To be one participant of one meeting.</summary>
/// <param name="Home">The tenant where its holder is at home; null: the meeting's.</param>
/// <param name="Locked">Abilities that its holder joins without.</param>
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
    string? Home = null,
    ImmutableArray<Ability>? Locked = null) : AccessGrant;

/// <summary>To be one user of a tenant outside meetings. What they may read and write is each channel's to say.</summary>
internal sealed record UserGrant(string Tenant, string User, string? Name, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt) : AccessGrant;
