using System.Collections.Concurrent;

namespace Actors.Gateway;

/// <summary>
/// Sessions outside meetings of this process, by their users and names. One of the same name takes over, as in meetings: a client that comes back is not
/// read to twice. Elsewhere an old socket ends by its heartbeat.
/// </summary>
internal sealed class UserSessions
{
    private readonly ConcurrentDictionary<(string Tenant, string User, string Session), Following> _sessions = new();

    public void Begin(Following session)
    {
        while (!_sessions.TryAdd(session.Key, session))
        {
            if (!_sessions.TryGetValue(session.Key, out var before) || !_sessions.TryUpdate(session.Key, session, before)) continue;
            before.Close(CloseCode.TakenOver);
            return;
        }
    }

    public void End(Following session) => _sessions.TryRemove(new(session.Key, session));
}
