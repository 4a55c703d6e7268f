using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>Bodies of the HTTP interface that are not contracts.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(NamedEnums)],
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ImmutableDictionary<string, string>))]
[JsonSerializable(typeof(ImmutableArray<Ability>))]
[JsonSerializable(typeof(NewMeeting))]
[JsonSerializable(typeof(MeetingId))]
[JsonSerializable(typeof(NewChannel))]
[JsonSerializable(typeof(ChannelId))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(NewUserToken))]
[JsonSerializable(typeof(TokenIssued))]
[JsonSerializable(typeof(KeyMade))]
[JsonSerializable(typeof(CommandDone))]
[JsonSerializable(typeof(InboxAnswer))]
[JsonSerializable(typeof(SearchPage))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(HealthState))]
internal sealed partial class GatewayJson : JsonSerializerContext;

/// <param name="Persistent">The next occurrence is there as soon as one has ended; what repeats by its schedule comes again in any case.</param>
internal sealed record NewMeeting(
    string? Title = null,
    string? Id = null,
    SettingsPatch? Settings = null,
    ImmutableDictionary<string, string>? Metadata = null,
    ImmutableArray<string>? Tags = null,
    MeetingSchedule? Schedule = null,
    bool Persistent = false,
    string? Passcode = null);

/// <param name="Number">Number of its first event.</param>
/// <param name="Pending">True where lists do not show it yet.</param>
internal sealed record MeetingId(string Id, long Number, bool? Pending = null);

internal sealed record NewChannel(string Name, string? Id = null, Posting Posting = Posting.Everyone);

/// <param name="Number">Number of its first event.</param>
internal sealed record ChannelId(string Id, long Number);

/// <param name="Home">The tenant where the participant is at home, if not this one.</param>
/// <param name="Locked">Abilities that the participant joins without, until a moderator gives them.</param>
internal sealed record NewToken(
    string Participant,
    string Name,
    Role Role = Role.Participant,
    Kind Kind = Kind.Person,
    bool Guest = false,
    ImmutableDictionary<string, string>? Attributes = null,
    int TtlSeconds = TokenRules.DefaultSeconds,
    string? Home = null,
    ImmutableArray<Ability>? Locked = null);

internal sealed record NewUserToken(string? Name = null, int TtlSeconds = TokenRules.DefaultSeconds);

internal sealed record TokenIssued(string Token, DateTimeOffset ExpiresAt);

/// <param name="Key">Shown this once.</param>
internal sealed record KeyMade(string Key);

/// <param name="From">Number of its first event.</param>
/// <param name="To">Number of its last event.</param>
/// <param name="Repeat">True where an earlier request with the same key had been executed.</param>
/// <param name="Pending">True where rooms or threads have still to apply it.</param>
internal sealed record CommandDone(long From, long To, bool? Repeat = null, bool? Pending = null);

/// <param name="Next">The cursor to go on with; null at the end.</param>
internal sealed record InboxAnswer(ImmutableArray<InboxEntry> Threads, string? Next);

/// <summary>A message and its thread: <paramref name="Thread"/> of <paramref name="Meeting"/>, or <paramref name="Channel"/>.</summary>
internal sealed record FoundMessage(string? Meeting, string? Thread, string? Channel, Message Message);

/// <param name="Next">The cursor to go on with; null at the end. A page may be short, even empty, and not the last.</param>
internal sealed record SearchPage(ImmutableArray<FoundMessage> Results, string? Next);

internal sealed record HealthState(string Status);

/// <summary>RFC 9457; <paramref name="Reason"/> is the refusal's name and what a program should look at.</summary>
internal sealed record Problem(string Type, string Title, int Status, string Reason, string? Detail = null);
