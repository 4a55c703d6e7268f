using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>What a moderator can take from single people, whatever the policy allows everybody.</summary>
[GenerateSerializer, Alias("ability")]
public enum Ability
{
    [JsonStringEnumMemberName("microphone")] Microphone,
    [JsonStringEnumMemberName("camera")] Camera,
    [JsonStringEnumMemberName("share")] Share,
    [JsonStringEnumMemberName("chat")] Chat,
    [JsonStringEnumMemberName("reactions")] Reactions,
    [JsonStringEnumMemberName("hands")] Hands,
}
