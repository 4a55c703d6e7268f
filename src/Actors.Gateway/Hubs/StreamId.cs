using Actors.Contracts;
using Orleans;

namespace Actors.Gateway;

internal enum StreamKind
{
    Meeting,
    Room,
    Thread,
    Channel,
}

/// <summary>
/// A stream of one meeting, or a channel, which has none. <see cref="Name"/> is how a socket knows it: a socket is in one meeting or in the channels of one
/// tenant, so neither tenant nor meeting is part of it.
/// </summary>
/// <param name="Place">Of rooms and threads; of a channel its id.</param>
internal sealed record StreamId(StreamKind Kind, string Tenant, string Meeting, string Place = "")
{
    public const string MeetingName = "meeting";

    public string Name => Kind switch
    {
        StreamKind.Meeting => MeetingName,
        StreamKind.Room => RoomPrefix + Place,
        StreamKind.Channel => ChannelPrefix + Place,
        _ => ThreadPrefix + Place,
    };

    private const string ChannelPrefix = "channel/";

    public static StreamId Channel(string tenant, string channel) => new(StreamKind.Channel, tenant, "", channel);

    /// <summary>The channel that a stream's name names; null where it is none.</summary>
    public static string? ChannelOf(string name) =>
        name.StartsWith(ChannelPrefix, StringComparison.Ordinal) && name[ChannelPrefix.Length..] is var channel && Ids.IsValid(channel) ? channel : null;

    private const string RoomPrefix = "room/";

    private const string ThreadPrefix = "thread/";

    /// <summary>A stream of this meeting by its name; null where it cannot be one of those that people come to and leave: a room's, or a thread of a place.</summary>
    public StreamId? Find(string name)
    {
        if (name.StartsWith(RoomPrefix, StringComparison.Ordinal)) return IsRoom(name[RoomPrefix.Length..]) ? Room(name[RoomPrefix.Length..]) : null;
        if (!name.StartsWith(ThreadPrefix, StringComparison.Ordinal)) return null;
        var place = name[ThreadPrefix.Length..];
        return place is Ids.Main or Ids.Waiting || IsRoom(place) ? Thread(place) : null;
    }

    /// <summary>Whether a place can be a breakout room's.</summary>
    public static bool IsRoom(string place) => Ids.IsValid(place) && Ids.IsRoom(place);

    public StreamId Room(string place) => this with { Kind = StreamKind.Room, Place = place };

    public StreamId Thread(string place) => this with { Kind = StreamKind.Thread, Place = place };

    /// <summary>The thread of those who wait, which moderators read too.</summary>
    public bool IsWaitingRoom => Kind == StreamKind.Thread && Place == Ids.Waiting;

    public IStreamGrain Grain(IGrainFactory grains) => Kind switch
    {
        StreamKind.Meeting => grains.GetGrain<IMeetingGrain>(Ids.MeetingKey(Tenant, Meeting)),
        StreamKind.Room => grains.GetGrain<IRoomGrain>(Ids.RoomKey(Tenant, Meeting, Place)),
        StreamKind.Channel => grains.GetGrain<IThreadGrain>(Ids.ChannelKey(Tenant, Place)),
        _ => grains.GetGrain<IThreadGrain>(Ids.ThreadKey(Tenant, Meeting, Place)),
    };

    /// <summary>Of rooms and threads: whether not everybody who reads it is shown the same.</summary>
    public bool HasClasses => Kind == StreamKind.Room || IsWaitingRoom;

    /// <summary>The class for which somebody of a meeting's class reads this stream: rooms and threads have fewer classes, a channel one.</summary>
    public Audience Audience(Audience inMeeting) => Kind switch
    {
        StreamKind.Meeting => inMeeting,
        // Whoever is about to be put out of it, being let in, reads it as the least.
        StreamKind.Thread when IsWaitingRoom && inMeeting != Contracts.Audience.Moderators => Contracts.Audience.Waiting,
        StreamKind.Room when inMeeting is Contracts.Audience.Attendees or Contracts.Audience.Moderators => inMeeting,
        _ => Contracts.Audience.Members,
    };
}
