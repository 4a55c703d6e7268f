using Microsoft.Extensions.Options;

namespace Actors.Gateway.Tests;

/// <summary>Cursors of searches over a tenant: opened by whom they were given to, on any gateway, and by nobody else.</summary>
public sealed class SearchCursorTests
{
    private static readonly SearchPosition Position = new("20260105T090000.001/0123456789abcdef0123456789abcdef", 999_999_999_999);

    [Fact]
    public void A_cursor_is_opened_with_any_key_that_is_still_known_and_for_its_tenant_and_reader_alone()
    {
        var (before, after, without) = (Cursors("old"), Cursors("new", "old"), Cursors("new"));
        foreach (var position in new[] { Position, Position with { Before = null } })
        {
            var cursor = before.Seal(position, "acme", "ann");
            cursor.Length.ShouldBeLessThanOrEqualTo(SearchCursor.MaxLength);
            foreach (var gateway in new[] { before, after }) gateway.Open(cursor, "acme", "ann").ShouldBe(position);
            without.Open(cursor, "acme", "ann").ShouldBeNull();
            foreach (var (tenant, reader) in new[] { ("acme", "bob"), ("acme", null), ("other", "ann"), ("acm", "e/ann") }) before.Open(cursor, tenant, reader).ShouldBeNull();
        }
    }

    [Fact]
    public void P10_what_nobody_sealed_opens_nothing()
    {
        var cursors = Cursors("key");
        var sealedOne = cursors.Seal(Position, "acme", null);
        cursors.Seal(Position, "acme", null).ShouldNotBe(sealedOne, "no two are alike");
        foreach (var bad in new[] { "", "A", "AAAA", "ä", sealedOne[..^1], sealedOne + "AAAA", sealedOne.ToLowerInvariant(), new string('A', SearchCursor.MaxLength), new string('A', SearchCursor.MaxLength + 1) })
            cursors.Open(bad, "acme", null).ShouldBeNull(bad);
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(sealedOne);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            cursors.Open(System.Buffers.Text.Base64Url.EncodeToString(bytes), "acme", null).ShouldBeNull();
            bytes[i] ^= 1;
        }
        cursors.Open(sealedOne, "acme", null).ShouldBe(Position);
    }

    [Fact]
    public void A_gateway_without_keys_opens_its_own()
    {
        var cursors = Cursors();
        cursors.Open(cursors.Seal(Position, "acme", null), "acme", null).ShouldBe(Position);
        Cursors().Open(cursors.Seal(Position, "acme", null), "acme", null).ShouldBeNull();
    }

    private static SearchCursor Cursors(params string[] keys)
    {
        var options = new GatewayOptions();
        foreach (var key in keys) options.Tokens.Keys.Add(new TokenOptions.SigningKey(key, $"the secret of {key}, long enough"));
        return new SearchCursor(Options.Create(options));
    }
}
