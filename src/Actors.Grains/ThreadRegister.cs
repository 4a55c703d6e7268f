using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actors.Contracts;
using Actors.Storage;

namespace Actors.Grains;

/// <summary>
/// The list of a tenant's threads that have messages: one entry a thread, in the order of their first messages. Neither changes, so that whoever writes an
/// entry again writes the same.
/// </summary>
internal static class ThreadRegister
{
    /// <summary>Of the name's hash in a position: none is another's, and no name can be read from one.</summary>
    private const int HashBytes = 16;

    // The lowest character of sort keys: nothing lies between a position and this after it.
    private const string JustBehind = "!";

    public static string Name(string tenant) => $"list/{tenant}/threads";

    /// <param name="firstMessage">When it was posted.</param>
    public static ListEntry Entry(GrainKey key, DateTimeOffset firstMessage)
    {
        var name = key.Place is { } place ? new ThreadName(key.Meeting, place) : new ThreadName(Channel: key.Meeting);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.KeyIn(key.Tenant))).AsSpan(0, HashBytes));
        return new ListEntry(Name(key.Tenant), $"{Listings.Stamp(firstMessage)}/{hash}", JsonSerializer.SerializeToUtf8Bytes(name, ContractsJson.Default.ThreadName));
    }

    public static ListedThread Read(ListEntry entry) => new(entry.Sort, JsonSerializer.Deserialize(entry.Payload.Span, ContractsJson.Default.ThreadName)!);

    /// <summary>The sort key after which a request's part begins, going back.</summary>
    public static string? After(ThreadListRequest request) => request.Including && request.Position is { } position ? position + JustBehind : request.Position;

    /// <summary>False: the name tells that this user is not to read it. What its name does not tell the thread itself does.</summary>
    public static bool MayRead(ThreadName thread, string user) =>
        thread.Thread != Ids.Waiting && (!Ids.IsDirect(thread.Thread) || Ids.PeopleOf(thread.Thread!).Contains(user));
}
