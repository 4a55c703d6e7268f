using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Actors.Contracts;
using Actors.Meetings;
using Actors.Storage;

namespace Actors.Grains;

/// <summary>In which lists a meeting is, and how it is shown there: one of three, the same for each of its tags, and its series.</summary>
internal static class Listings
{
    public static string Name(string tenant, MeetingList list, string? tag) =>
        $"list/{tenant}/{list switch { MeetingList.Live => "live", MeetingList.Scheduled => "scheduled", _ => "past" }}" + (tag is null ? "" : "/" + tag);

    public static string OfSeries(string tenant, string series) => $"list/{tenant}/series/{series}";

    public static ImmutableArray<ListEntry> Entries(GrainKey key, MeetingState state)
    {
        var (list, at) = state.Status switch
        {
            MeetingStatus.Live => (MeetingList.Live, state.StartedAt),
            MeetingStatus.Ended => (MeetingList.Past, state.EndedAt),
            _ => (MeetingList.Scheduled, state.Schedule?.Start ?? state.CreatedAt),
        };
        var sort = $"{Stamp(at ?? state.LastTime)}/{key.Meeting}";
        var payload = JsonSerializer.SerializeToUtf8Bytes(Summary(key.Meeting, state), ContractsJson.Default.MeetingSummary);
        var entries = ImmutableArray.CreateBuilder<ListEntry>();
        entries.Add(new ListEntry(Name(key.Tenant, list, null), sort, payload));
        foreach (var tag in state.Tags) entries.Add(new ListEntry(Name(key.Tenant, list, tag), sort, payload));
        if (state.Series is { } series)
            entries.Add(new ListEntry(OfSeries(key.Tenant, series.Series), series.Number.ToString("D6", CultureInfo.InvariantCulture), payload));
        return entries.DrainToImmutable();
    }

    public static MeetingSummary Read(ListEntry entry) => JsonSerializer.Deserialize(entry.Payload.Span, ContractsJson.Default.MeetingSummary)!;

    private static MeetingSummary Summary(string meeting, MeetingState state) => new(
        meeting, state.Title, state.Status, state.Schedule, state.StartedAt, state.EndedAt, state.Tags.IsEmpty ? null : state.Tags,
        state.Series?.Series, state.Series?.Number, state.Cancelled ? true : null);

    // Text in the order of time.
    internal static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff", CultureInfo.InvariantCulture);
}
