using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>Between whom private chat is allowed. The two are the only readers; moderators read the direct threads that they are in, like anybody.</summary>
[GenerateSerializer, Alias("private_chat")]
public enum PrivateChat
{
    [JsonStringEnumMemberName("everyone")] Everyone,
    /// <summary>One of the two has to be a host or co-host.</summary>
    [JsonStringEnumMemberName("moderators")] Moderators,
    [JsonStringEnumMemberName("nobody")] Nobody,
}

/// <summary>The direct threads of a meeting, for its gateways: each names its two people (<see cref="Ids.Direct"/>).</summary>
/// <param name="Number">The meeting's last event that it accounts for.</param>
[GenerateSerializer, Immutable, Alias("meeting_directs")]
public sealed record MeetingDirects(long Number, ImmutableArray<string> Threads);
