using System.Globalization;

namespace Actors.Storage.Local;

/// <summary>
/// Who uses the database of a data folder: each user holds a locked file in it, and the operating system lets go of the lock however the
/// user ends. The last one to leave stops the database.
/// </summary>
internal sealed class FolderUsers : IDisposable
{
    private const string Pattern = "user-*.lock";

    private readonly string _folder;
    private readonly FileStream _own;

    private FolderUsers(string folder, FileStream own) => (_folder, _own) = (folder, own);

    public static FolderUsers Join(string folder)
    {
        for (var number = 1; ; number++)
        {
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"user-{Environment.ProcessId}-{number}.lock"));
            if (Hold(path) is { } own) return new FolderUsers(folder, own);
        }
    }

    /// <summary>Gives up its own use; true where nobody else is left.</summary>
    public bool LeaveAsLast()
    {
        Dispose();
        foreach (var path in Directory.EnumerateFiles(_folder, Pattern))
        {
            using var other = Hold(path);
            if (other is null) return false;
            File.Delete(path);
        }
        return true;
    }

    public void Dispose() => _own.Dispose();

    private static FileStream? Hold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
