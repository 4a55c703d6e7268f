using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>Who of a channel's members may write in it.</summary>
[GenerateSerializer, Alias("posting")]
public enum Posting
{
    [JsonStringEnumMemberName("everyone")] Everyone,
    /// <summary>An announcement channel: the others read.</summary>
    [JsonStringEnumMemberName("moderators")] Moderators,
}

/// <param name="Moderator">Deletes others' messages, pins, mentions everyone, and writes where only moderators do.</param>
[GenerateSerializer, Immutable, Alias("channel_member")]
public sealed record ChannelMember(
    string Participant, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Moderator = false);

/// <summary>A page of a channel's members in order of their ids; <paramref name="Next"/> continues, null at the end.</summary>
/// <param name="Number">The channel's last event that it accounts for; 0 where there is no such channel.</param>
[GenerateSerializer, Immutable, Alias("channel_members_page")]
public sealed record ChannelMembersPage(long Number, ImmutableArray<ChannelMember> Members, string? Next = null);
