using System.Globalization;

namespace Actors.Storage;

/// <summary>Sort keys: zero-padded text, so that the order of text is the order of numbers.</summary>
internal static class DynamoKeys
{
    public const string Stream = "pk";
    public const string Sort = "sk";
    public const string Head = "h";

    /// <summary>Streams live in one region so far. A takeover by another will raise the epoch.</summary>
    public const int Epoch = 1;

    /// <summary>Sorts after every digit and slash, so "prefix + After" ends a range that includes all below the prefix.</summary>
    private const string After = "~";

    /// <summary>All epochs: an item of an unknown one must be met, not missed.</summary>
    public const string LastEvent = "e/" + After;

    public static string Event(long version) => Event(Epoch, version);

    public static string Event(int epoch, long version) => string.Create(CultureInfo.InvariantCulture, $"e/{epoch:D6}/{version:D12}");

    public static string SnapshotsOf(long version) => string.Create(CultureInfo.InvariantCulture, $"s/{Epoch:D6}/{version:D12}");

    /// <summary>Named by content: a snapshot written twice overwrites itself and never another.</summary>
    public static string Snapshot(long version, string checksum) => $"{SnapshotsOf(version)}/{checksum[..16]}";

    public static string Overlay(long page) => string.Create(CultureInfo.InvariantCulture, $"o/{page:D10}");

    public static string OverlayParts(long page, long through) => string.Create(CultureInfo.InvariantCulture, $"o/{page:D10}/{through:D12}");

    public static string OverlayParts(long page, long through, string checksum) => $"{OverlayParts(page, through)}/{checksum[..16]}";

    /// <summary>Beside a stream's items: which entries it has in lists.</summary>
    public const string Owner = "l";

    /// <summary>Entry of a list, which is a partition of its own.</summary>
    public static string Entry(string sort) => "l/" + sort;

    public static string Part(string prefix, int index) => string.Create(CultureInfo.InvariantCulture, $"{prefix}/{index:D4}");

    public static string EndOf(string prefix) => prefix + After;
}
