using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

[GenerateSerializer, Immutable, Alias("channel_created")]
public sealed record ChannelCreated(
    string Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] Posting Posting = Posting.Everyone) : Event;

/// <summary>What is null stayed.</summary>
[GenerateSerializer, Immutable, Alias("channel_changed")]
public sealed record ChannelChanged(string? Name = null, Posting? Posting = null, bool? Closed = null) : Event;

/// <summary>Members from here, or with another right from here.</summary>
[GenerateSerializer, Immutable, Alias("members_added")]
public sealed record MembersAdded(ImmutableArray<ChannelMember> Members) : Event;

[GenerateSerializer, Immutable, Alias("members_removed")]
public sealed record MembersRemoved(ImmutableArray<string> Participants) : Event;

/// <summary>The inboxes of everybody who was added or removed up to event <paramref name="Through"/> know it.</summary>
[GenerateSerializer, Immutable, Alias("inboxes_told")]
public sealed record InboxesTold(long Through) : Event;
