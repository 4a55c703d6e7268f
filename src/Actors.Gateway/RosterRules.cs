using System.Text.Json;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>What may be asked of the paged roster.</summary>
internal static class RosterRules
{
    public static Refused? Check(long after, int limit)
    {
        if (after < 0) return new Refused(Refusal.InvalidArgument, "after");
        return limit is < 1 or > Limits.PeoplePage ? new Refused(Refusal.InvalidArgument, $"limit: 1 to {Limits.PeoplePage}") : null;
    }

    /// <param name="name">Null: every role.</param>
    /// <param name="role">As asked.</param>
    public static bool TryRole(string? name, out Role? role)
    {
        role = null;
        foreach (var one in Enum.GetValues<Role>())
            if (JsonSerializer.SerializeToElement(one, ContractsJson.Default.Role).GetString() == name) role = one;
        return name is null || role is not null;
    }
}
