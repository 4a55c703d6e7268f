using Actors.Load.Client;

namespace Actors.Load.Checking;

/// <summary>All that is known of one meeting after a run: what clients sent and were told, and what the server says now.</summary>
/// <param name="Logs">Every stream's log, by the protocol's stream names.</param>
/// <param name="Seats">The meeting's view: who is in, and where.</param>
/// <param name="Rooms">The views of the rooms that are open: who is in each.</param>
/// <param name="Messages">By thread: the number and text of every message, from the history pages; a deleted one reads <see cref="MessageRules.Deleted"/>.</param>
internal sealed record MeetingHistory(
    string Meeting,
    IReadOnlyDictionary<string, IReadOnlyList<LogEvent>> Logs,
    IReadOnlyList<Seat> Seats,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Rooms,
    IReadOnlyDictionary<string, IReadOnlyDictionary<long, string>> Messages,
    IReadOnlyList<CommandRecord> Commands,
    IReadOnlyList<ClientRecord> Clients)
{
    /// <summary>Views that were read during the run by somebody who said what they knew.</summary>
    public IReadOnlyList<ReadRecord> Reads { get; init; } = [];
}

/// <param name="Seen">The stream's highest number that the reader had seen acknowledged, and said so.</param>
/// <param name="Shown">The number of the view that came back.</param>
internal sealed record ReadRecord(string Participant, string Stream, long Seen, long Shown);

internal sealed record Seat(string Participant, string Place);

/// <param name="Answers">Every answer it got: several where it was repeated, none where nobody knows.</param>
/// <param name="Attempts">How often it went out.</param>
internal sealed record CommandRecord(string Participant, Command Command, IReadOnlyList<Answer> Answers, int Attempts)
{
    public static CommandRecord Of(SentCommand sent) => new(sent.Participant, sent.Command, [.. sent.Answers], sent.Attempts);

    public override string ToString() => $"{Participant}'s {Command.Type} {Command.Id}";
}

/// <param name="Connected">Connected at the end; the others had gone for longer than the grace and a gateway's lease.</param>
/// <param name="Place">Where the server last told it that it is.</param>
/// <param name="Deliveries">Everything its streams told it, in order.</param>
internal sealed record ClientRecord(string Participant, bool Connected, string? Place, IReadOnlyList<Delivery> Deliveries);
