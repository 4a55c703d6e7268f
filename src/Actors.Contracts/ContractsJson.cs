using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>The one JSON form of commands, events, views: camelCase fields, snake_case names of types and values, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(NamedEnums)],
    AllowOutOfOrderMetadataProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ClientCommand))]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(View))]
[JsonSerializable(typeof(Signal))]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(HistoryPage))]
[JsonSerializable(typeof(SearchResults))]
[JsonSerializable(typeof(Receipts))]
[JsonSerializable(typeof(MessageReceipts))]
[JsonSerializable(typeof(PeoplePage))]
[JsonSerializable(typeof(PlacesPage))]
[JsonSerializable(typeof(ChannelMembersPage))]
[JsonSerializable(typeof(InboxEntry))]
[JsonSerializable(typeof(MeetingSettings))]
[JsonSerializable(typeof(MeetingSchedule))]
[JsonSerializable(typeof(MeetingSummary))]
[JsonSerializable(typeof(MeetingListPage))]
[JsonSerializable(typeof(ThreadName))]
[JsonSerializable(typeof(SeriesPosition))]
[JsonSerializable(typeof(SettingsPatch))]
[JsonSerializable(typeof(Refusal))]
[JsonSerializable(typeof(Role))]
[JsonSerializable(typeof(Kind))]
[JsonSerializable(typeof(Ability))]
public sealed partial class ContractsJson : JsonSerializerContext;
