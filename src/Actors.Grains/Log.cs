using Actors.Storage;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Stream} steps down: {Why}")]
    public static partial void SteppedDown(ILogger logger, string stream, string why);

    [LoggerMessage(2, LogLevel.Error, "{Stream}: the append loop broke")]
    public static partial void JournalBroken(ILogger logger, Exception broken, string stream);

    [LoggerMessage(3, LogLevel.Warning, "{Stream}: append at {Version} is sent again: {Kind}, {Why}")]
    public static partial void AppendRetried(ILogger logger, string stream, long version, StorageFault kind, string why);

    [LoggerMessage(4, LogLevel.Critical, "{Stream} is quarantined: it cannot be read")]
    public static partial void Quarantined(ILogger logger, Exception broken, string stream);

    [LoggerMessage(5, LogLevel.Warning, "{Stream}: the snapshot at {Version} failed")]
    public static partial void SnapshotFailed(ILogger logger, Exception fault, string stream, long version);

    [LoggerMessage(6, LogLevel.Warning, "{Stream}: what was due failed and is tried again")]
    public static partial void WorkFailed(ILogger logger, Exception fault, string stream);

    [LoggerMessage(7, LogLevel.Warning, "{Stream}: {Receiver} did not apply what it was sent and gets it again")]
    public static partial void ReceiverFailed(ILogger logger, Exception fault, string stream, string receiver);

    [LoggerMessage(8, LogLevel.Information, "{Stream}: {Count} connections of gateways that do not confirm them any more are lost")]
    public static partial void LeasesLost(ILogger logger, string stream, int count);

    [LoggerMessage(9, LogLevel.Warning, "{Stream}: {What} failed and is tried again")]
    public static partial void EffectFailed(ILogger logger, Exception fault, string stream, string what);

    [LoggerMessage(10, LogLevel.Warning, "{Meeting}: its next occurrence {Next} has not taken over everything and is told again: {Answer}")]
    public static partial void NotContinued(ILogger logger, string meeting, string next, Contracts.Answer answer);

    [LoggerMessage(11, LogLevel.Information, "{Stream}: storage did not say whether somebody else has written; it is asked again")]
    public static partial void RivalsUnknown(ILogger logger, Exception silence, string stream);

    [LoggerMessage(12, LogLevel.Warning, "This process stood still for {Gap}: nothing is written until the cluster confirms that its silo still belongs")]
    public static partial void StoodStill(ILogger logger, TimeSpan gap);

    [LoggerMessage(13, LogLevel.Warning, "The cluster did not say whether this silo still belongs and is asked again: {Why}")]
    public static partial void StandingUnknown(ILogger logger, string why);
}
