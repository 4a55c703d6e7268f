using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>Who of those with a raised hand is next.</summary>
[GenerateSerializer, Alias("hand_order")]
public enum HandOrder
{
    [JsonStringEnumMemberName("raised")] Raised,
    /// <summary>Who had the fewest turns in this space; among equals the order of raising.</summary>
    [JsonStringEnumMemberName("least_spoken")] LeastSpoken,
}
