using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>Which classes an event is shown to.</summary>
[Flags]
internal enum Audiences
{
    None = 0,
    Moderators = 1 << Audience.Moderators,
    Members = 1 << Audience.Members,
    Attendees = 1 << Audience.Attendees,
    Waiting = 1 << Audience.Waiting,

    /// <summary>Those who are announced one by one.</summary>
    Interactive = Moderators | Members,

    /// <summary>Everybody who was let in.</summary>
    Inside = Interactive | Attendees,

    All = Inside | Waiting,
}

internal static class AudienceClasses
{
    /// <summary>Number of classes.</summary>
    public const int Count = 4;

    public static bool Includes(this Audiences audiences, Audience audience) => ((int)audiences & (1 << (int)audience)) != 0;

    public static Audience Of(Role role, string place) => place == Ids.Waiting
        ? Audience.Waiting
        : role switch
        {
            Role.Host or Role.CoHost => Audience.Moderators,
            Role.Attendee => Audience.Attendees,
            _ => Audience.Members,
        };
}
