using Orleans.Configuration;

namespace Actors.Server;

/// <summary>
/// How fast a cluster notices that a silo is gone, in the options of both engines. A killed silo's meetings are to answer again within 10 s
/// (median 6 s); a silo on a busy machine is not to be taken for dead; a quiet cluster is to write next to nothing.
/// </summary>
internal static class Liveness
{
    public static void Apply(ClusterMembershipOptions options)
    {
        // One second is far above a healthy answer (milliseconds) and above a full collection of a large heap.
        options.ProbeTimeout = TimeSpan.FromSeconds(1);
        // Three misses in a row: a pause of two seconds evicts nobody, a dead silo is suspected after three to four.
        options.NumMissedProbesLimit = 3;
        // Two silos have to agree, so that one with a bad network cannot evict the healthy.
        options.NumVotesForDeathDeclaration = 2;
        // Changes are also told from silo to silo; this bounds how long a silo that was not told believes in the old view. It reads only.
        options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        // The row's sign of life serves joining silos alone: probes find the dead. One write in 30 s is a sixth of what a quiet silo may cost.
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(30);
        // A restarting cluster is not to wait for long for silos that are in the table and do not answer.
        options.MaxJoinAttemptTime = TimeSpan.FromMinutes(1);
        // Rows of the dead are of use to whoever looks into last week's incident, and cost a read each: a day is enough where silos come and go.
        options.DefunctSiloExpiration = TimeSpan.FromDays(1);
    }

    public static void Apply(GatewayOptions options) =>
        // A gateway process uses a new silo, and forgets a dead one it has no connection to, within this; one read each time.
        options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5);
}
