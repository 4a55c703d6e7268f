using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>
/// Creates the channel that the grain's key names: a thread outside meetings that is kept for ever. Backends only. Repeating it with the
/// present name and posting right is accepted; with others it is <c>channel_exists</c>.
/// </summary>
[GenerateSerializer, Immutable, Alias("create_channel")]
public sealed record CreateChannel(string Name, Posting Posting = Posting.Everyone) : Command;

/// <summary>Backends only, <see cref="Limits.MembersPerCommand"/> at most. Who is a member already gets the right that is given here.</summary>
[GenerateSerializer, Immutable, Alias("add_members")]
public sealed record AddMembers(ImmutableArray<ChannelMember> Members) : ThreadCommand;

/// <summary>Backends only. Their receipts stay.</summary>
[GenerateSerializer, Immutable, Alias("remove_members")]
public sealed record RemoveMembers(ImmutableArray<string> Participants) : ThreadCommand;

/// <summary>What is null stays. In a closed channel only backends write. Backends only.</summary>
[GenerateSerializer, Immutable, Alias("change_channel")]
public sealed record ChangeChannel(string? Name = null, Posting? Posting = null, bool? Closed = null) : ThreadCommand;
