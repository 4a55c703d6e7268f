using System.Globalization;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Where a listing of stays goes on: at event <paramref name="Number"/>, of whose ended stays <paramref name="Given"/> were given; or, with <paramref name="Lasting"/>, among
/// those that lasted at it, after that participant's (empty: with the first).
/// </summary>
public readonly record struct PlacesCursor(long Number, int Given = 0, string? Lasting = null)
{
    private const char Ended = '.', Lasts = '~';

    /// <summary>What is wrong with a request; null where nothing is.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="head">The meeting's last number.</param>
    /// <param name="cursor">Where it goes on.</param>
    public static string? Check(PlacesRequest request, long head, out PlacesCursor cursor)
    {
        cursor = new PlacesCursor(1);
        if (request.Limit is < 1 or > Limits.PlacesPage) return $"limit: 1 to {Limits.PlacesPage}";
        if (request.Participant is not null && !Ids.IsValid(request.Participant)) return "participant";
        return request.After is null || (TryParse(request.After, out cursor) && cursor.Number <= head + 1) ? null : "after";
    }

    public override string ToString() => Lasting is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Number}{Ended}{Given}")
        : string.Create(CultureInfo.InvariantCulture, $"{Number}{Lasts}{Lasting}");

    private static bool TryParse(string text, out PlacesCursor cursor)
    {
        cursor = default;
        var at = text.IndexOfAny([Ended, Lasts]);
        if (at < 1 || !long.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1) return false;
        var rest = text[(at + 1)..];
        if (text[at] == Lasts)
        {
            cursor = new PlacesCursor(number, Lasting: rest);
            return rest.Length == 0 || Ids.IsValid(rest);
        }
        var read = int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var given);
        cursor = new PlacesCursor(number, given);
        return read;
    }
}
