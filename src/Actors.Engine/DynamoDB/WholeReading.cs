using Orleans.Runtime;

namespace Orleans.DynamoDB;

/// <summary>
/// A query is not one moment, not even a consistent one: it may see the version of a change and not its row, or the row and not the version. Such a
/// view would stay until the next change, under a version that all others know as something else. Each change writes one row with the table's
/// version, so that a torn reading shows; it is repeated.
/// </summary>
internal static class WholeReading
{
    /// <summary>The last one is taken as it is: the row of the last change may have been cleaned up.</summary>
    public const int Attempts = 4;

    /// <summary>A transaction that is seen in part is seen in whole within some milliseconds.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static bool IsWhole(TableReading reading) => reading.Rows.IsEmpty || reading.Rows.Max(row => row.Written) == reading.Version;

    public static async Task<TableReading> Take(
        Func<CancellationToken, Task<TableReading>> read, TimeProvider time, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var reading = await read(cancellation);
            if (IsWhole(reading) || attempt == Attempts)
            {
                return reading;
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }
}
