namespace Actors.Contracts;

/// <summary>
/// Identity of a command for idempotence: a session and its counter (from 1, rising), or an idempotency key
/// (<see cref="Counter"/> 0) of a backend.
/// </summary>
[GenerateSerializer, Immutable, Alias("command_id")]
public sealed record CommandId(string Source, long Counter)
{
    public static CommandId OfKey(string key) => new(key, 0);

    public bool IsKey => Counter == 0;
}

[GenerateSerializer, Alias("caller_kind")]
public enum CallerKind
{
    /// <summary>A person or device; <see cref="Caller.Id"/> is the participant.</summary>
    Participant,

    /// <summary>The tenant's backend with an API key: may do whatever a host may, and more.</summary>
    Backend,

    /// <summary>The product itself: timers, gateways reporting connections, the meeting informing its rooms.</summary>
    System,
}

/// <summary>On whose behalf a command is sent; established by the gateway, never by the sender.</summary>
[GenerateSerializer, Immutable, Alias("caller")]
public sealed record Caller(CallerKind Kind, string Id)
{
    public static readonly Caller System = new(CallerKind.System, "system");

    /// <summary>How events name their author, see <see cref="Recorded.By"/>.</summary>
    public string? By => Kind switch
    {
        CallerKind.Participant => Id,
        CallerKind.Backend => "api:" + Id,
        _ => null,
    };

    public static Caller Participant(string id) => new(CallerKind.Participant, id);

    public static Caller Backend(string key) => new(CallerKind.Backend, key);
}

/// <param name="Seen">Highest number of this stream that the caller has seen (0: none); an activation behind it reads its tail first.</param>
/// <param name="MeetingSeen">For rooms and threads: highest number of the meeting that concerned the caller's membership; a receiver behind it catches up first.</param>
[GenerateSerializer, Immutable, Alias("request")]
public sealed record Request(CommandId Id, Caller Caller, Command Command, long Seen = 0, long MeetingSeen = 0);
