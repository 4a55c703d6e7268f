using System.Collections.Immutable;
using Amazon.DynamoDBv2.Model;

namespace Actors.Storage;

/// <summary>Overlays of a stream: one item each, and part items before it where one does not hold it.</summary>
internal sealed class DynamoOverlays(DynamoCalls calls)
{
    private const string Through = "v";
    private const string Parts = "parts";
    private const string Bytes = "bytes";
    private const string Checksum = "sha256";

    /// <summary>How often a reader that met an overlay in the middle of its replacement looks again.</summary>
    private const int ReadAttempts = 3;

    public async Task<bool> Save(string stream, Overlay overlay, CancellationToken ct)
    {
        const StorageOperation Operation = StorageOperation.SaveOverlay;
        var packed = Packed.Of(overlay.Payload);
        var prefix = DynamoKeys.OverlayParts(overlay.Page, overlay.Through, packed.Checksum);
        if (packed.Parts > 1)
            await calls.PutAll(Operation, PartItems(stream, prefix, packed), ct).ConfigureAwait(false);
        var request = new PutItemRequest
        {
            Item = MainItem(stream, overlay, packed),
            ConditionExpression = "attribute_not_exists(pk) OR v <= :v",
            ExpressionAttributeValues = new(1) { [":v"] = DynamoItem.Number(overlay.Through) },
        };
        var saved = true;
        try
        {
            await calls.Put(Operation, request, ct).ConfigureAwait(false);
        }
        catch (ConditionalCheckFailedException)
        {
            saved = false;
        }
        await Sweep(stream, overlay, saved ? prefix : null, ct).ConfigureAwait(false);
        return saved;
    }

    public async Task<ImmutableArray<Overlay>> Read(string stream, long firstPage, long lastPage, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var range = calls.Range(stream, DynamoKeys.Overlay(firstPage), DynamoKeys.EndOf(DynamoKeys.Overlay(lastPage)));
            var items = await calls.QueryAll(StorageOperation.ReadOverlays, range, ct).ConfigureAwait(false);
            var damaged = TryAssemble(stream, items, out var overlays);
            if (damaged is null)
                return overlays;
            if (attempt == ReadAttempts)
                throw new StreamCorruptedException(stream, $"overlay {damaged} is incomplete");
        }
    }

    /// <summary>Parts of earlier overlays of the page, so that no redacted text stays behind; a rival's later ones are not ours to touch.</summary>
    private async Task Sweep(string stream, Overlay overlay, string? kept, CancellationToken ct)
    {
        var last = DynamoKeys.EndOf(DynamoKeys.OverlayParts(overlay.Page, overlay.Through));
        var range = calls.Range(stream, DynamoKeys.OverlayParts(overlay.Page, 0), last);
        range.ProjectionExpression = DynamoKeys.Sort;
        var items = await calls.QueryAll(StorageOperation.SaveOverlay, range, ct).ConfigureAwait(false);
        var gone = items.Select(i => i[DynamoKeys.Sort].S).Where(s => kept is null || !s.StartsWith(kept, StringComparison.Ordinal));
        await calls.DeleteAll(StorageOperation.SaveOverlay, stream, gone, ct).ConfigureAwait(false);
    }

    /// <summary>Key of the first overlay whose parts are not all there or not the right ones, or null.</summary>
    private static string? TryAssemble(string stream, List<Dictionary<string, AttributeValue>> items, out ImmutableArray<Overlay> overlays)
    {
        var found = ImmutableArray.CreateBuilder<Overlay>();
        overlays = [];
        // A main item sorts before its parts, and these before the next page.
        foreach (var main in items.Where(i => i.ContainsKey(Checksum)))
        {
            DynamoItem.CheckFormat(stream, main);
            var sort = main[DynamoKeys.Sort].S;
            var page = long.Parse(sort.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture);
            var through = DynamoItem.LongOf(main, Through);
            var checksum = main[Checksum].S;
            var prefix = DynamoKeys.OverlayParts(page, through, checksum) + "/";
            IEnumerable<Dictionary<string, AttributeValue>> parts = main.ContainsKey(DynamoItem.Data)
                ? [main]
                : items.Where(i => i[DynamoKeys.Sort].S.StartsWith(prefix, StringComparison.Ordinal));
            var data = Packed.Join(parts.Select(p => p[DynamoItem.Data].B));
            if (Packed.Unpack(data, (int)DynamoItem.LongOf(main, Bytes), checksum) is not { } payload)
                return sort;
            found.Add(new Overlay(page, through, payload));
        }
        overlays = found.DrainToImmutable();
        return null;
    }

    private static Dictionary<string, AttributeValue> MainItem(string stream, Overlay overlay, Packed packed)
    {
        var item = DynamoItem.Key(stream, DynamoKeys.Overlay(overlay.Page));
        item[DynamoItem.Format] = DynamoItem.Number(DynamoItem.CurrentFormat);
        item[Through] = DynamoItem.Number(overlay.Through);
        item[Parts] = DynamoItem.Number(packed.Parts);
        item[Bytes] = DynamoItem.Number(packed.Bytes);
        item[Checksum] = DynamoItem.Text(packed.Checksum);
        if (packed.Parts == 1)
            item[DynamoItem.Data] = new AttributeValue { B = packed.Part(0) };
        return item;
    }

    private static IEnumerable<Dictionary<string, AttributeValue>> PartItems(string stream, string prefix, Packed packed)
    {
        for (var i = 0; i < packed.Parts; i++)
        {
            var item = DynamoItem.Key(stream, DynamoKeys.Part(prefix, i));
            item[DynamoItem.Data] = new AttributeValue { B = packed.Part(i) };
            yield return item;
        }
    }
}
