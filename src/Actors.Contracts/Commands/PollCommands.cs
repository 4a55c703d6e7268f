using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>
/// A poll of the space, not yet shown to anybody but moderators. The number of its event is the poll's id.
/// </summary>
/// <param name="Options">2 to 20, each another text; a vote names them by their place in this list, from 0.</param>
/// <param name="Multiple">One may choose several.</param>
/// <param name="Anonymous">Nothing that is kept or sent says who chose what; counts are known once it is closed.</param>
[GenerateSerializer, Immutable, Alias("create_poll")]
public sealed record CreatePoll(string Question, ImmutableArray<string> Options, bool Multiple = false, bool Anonymous = false) : SpaceCommand;

/// <summary>Everybody in the space sees it and may vote. A closed poll does not start again.</summary>
[GenerateSerializer, Immutable, Alias("start_poll")]
public sealed record StartPoll(long Poll) : SpaceCommand;

/// <summary>The sender's vote; it replaces an earlier one while the poll is open.</summary>
[GenerateSerializer, Immutable, Alias("vote")]
public sealed record Vote(long Poll, ImmutableArray<int> Options) : SpaceCommand;

/// <summary>No more votes; the counts are for moderators until they are published.</summary>
[GenerateSerializer, Immutable, Alias("close_poll")]
public sealed record ClosePoll(long Poll) : SpaceCommand;

/// <summary>Shows the counts of a closed poll to everybody in the space.</summary>
[GenerateSerializer, Immutable, Alias("publish_poll")]
public sealed record PublishPoll(long Poll) : SpaceCommand;

/// <summary>Takes a poll away whatever its state: an open one is cancelled.</summary>
[GenerateSerializer, Immutable, Alias("delete_poll")]
public sealed record DeletePoll(long Poll) : SpaceCommand;

/// <summary>The ballots of a closed anonymous poll, counted by the shell, which alone has the key.</summary>
/// <param name="Unreadable">Ballots that the key does not open.</param>
[GenerateSerializer, Immutable, Alias("record_tally")]
public sealed record RecordTally(long Poll, ImmutableArray<int> Counts, int Unreadable = 0) : Command;

/// <summary>The key to an anonymous poll's ballots is gone.</summary>
[GenerateSerializer, Immutable, Alias("record_key_destroyed")]
public sealed record RecordKeyDestroyed(long Poll) : Command;
