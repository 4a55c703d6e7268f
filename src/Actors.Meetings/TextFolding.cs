using System.Globalization;
using System.Text;

namespace Actors.Meetings;

/// <summary>
/// Text as search compares it: lower case, without accents. The product runs without the platform's cultures, whose normalization would do
/// nothing here; what letters fold to is written down for the Latin, Greek and Cyrillic ones (from the Unicode character database: the base of the
/// compatibility decomposition, and letters with a stroke or a tail whose base everybody types).
/// </summary>
internal static class TextFolding
{
    // Each character of a text from the first on, folded.
    private static readonly (char First, string Folded)[] Table =
    [
        ('\u00c0', "aaaaaaæceeeeiiiiðnooooo\u00d7ouuuuyþßaaaaaaæceeeeiiiiðnooooo\u00f7ouuuuyþyaaaaaaccccccccddddeeeeeeeeeegggg"
            + "gggghhhhiiiiiiiiiiĳĳjjkkĸllllllŀŀllnnnnnnŉŋŋooooooœœrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
            + "ƀɓƃƃƅƅɔƈƈɖɗƌƌƍǝəɛƒƒɠɣƕɩɨƙƙƚƛɯɲƞɵooƣƣƥƥʀƨƨʃƪƫƭƭʈuuʊʋƴƴƶƶʒƹƹƺƻƽƽƾƿǀǁǂǃǆǆǆǉǉǉǌǌǌaaiioouuuuuuuuuuǝaa"
            + "aaææǥǥggkkooooʒʒjǳǳǳggƕƿnnaaææooaaaaeeeeiiiioooorrrruuuussttȝȝhhƞȡȣȣȥȥaaeeooooooooyyȴȵȶȷȸȹⱥȼȼƚⱦȿ"
            + "ɀɂɂƀʉʌɇɇɉɉɋɋɍɍɏɏ"),
        ('\u0370', "ͱͱͳͳʹ\u0375ͷͷ\u0378\u0379\u037aͻͼͽ\u003bϳ\u0380\u0381\u0382\u0383\u0020\u0020α\u00b7εηι\u038bο\u038dυωιαβγδεζηθικλμνξοπρ\u03a2στυφχψωιυαεηιυαβγδεζηθικλμνξοπρσστυφχψωιυουωϗ"
            + "βθυυυφπϗϙϙϛϛϝϝϟϟϡϡϣϣϥϥϧϧϩϩϫϫϭϭϯϯκρσϳθε\u03f6ϸϸσϻϻϼͻͼͽ"),
        ('\u0400', "ееђгєѕііјљњћкиуџабвгдежзииклмнопрстуфхцчшщъыьэюяабвгдежзииклмнопрстуфхцчшщъыьэюяееђгєѕііјљњћкиуџ"
            + "ѡѡѣѣѥѥѧѧѩѩѫѫѭѭѯѯѱѱѳѳѵѵѵѵѹѹѻѻѽѽѿѿҁҁ\u0482\u0483\u0484\u0485\u0486\u0487\u0488\u0489ҋҋҍҍҏҏґґғғҕҕҗҗҙҙққҝҝҟҟҡҡңңҥҥҧҧҩҩҫҫҭҭүүұұҳҳҵҵҷҷҹҹһһҽҽҿҿ"
            + "ӏжжӄӄӆӆӈӈӊӊӌӌӎӎӏааааӕӕееәәәәжжззӡӡииииооөөөөээууууууччӷӷыыӻӻӽӽӿӿԁԁԃԃԅԅԇԇԉԉԋԋԍԍԏԏԑԑԓԓԕԕԗԗԙԙԛԛԝԝԟԟ"
            + "ԡԡԣԣԥԥԧԧԩԩԫԫԭԭԯԯ"),
        ('\u1e00', "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrr"
            + "ssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyẚsẜẝßẟaaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
            + "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyyỻỻỽỽỿỿ"),
        ('\u1f00', "ααααααααααααααααεεεεεε\u1f16\u1f17εεεεεε\u1f1e\u1f1fηηηηηηηηηηηηηηηηιιιιιιιιιιιιιιιιοοοοοο\u1f46\u1f47οοοοοο\u1f4e\u1f4fυυυυυυυυ\u1f58υ\u1f5aυ\u1f5cυ\u1f5eυ"
            + "ωωωωωωωωωωωωωωωωααεεηηιιοουυωω\u1f7e\u1f7fααααααααααααααααηηηηηηηηηηηηηηηηωωωωωωωωωωωωωωωωααααα\u1fb5ααααααα\u0020ι\u0020"
            + "\u0020\u0020ηηη\u1fc5ηηεεηηη\u0020\u0020\u0020ιιιι\u1fd4\u1fd5ιιιιιι\u1fdc\u0020\u0020\u0020υυυυρρυυυυυυρ\u0020\u0020\u0060\u1ff0\u1ff1ωωω\u1ff5ωωοοωωω\u0020\u0020\u1fff"),
    ];

    /// <summary>The words of a text, folded, each a range of the answer: runs of letters and digits, and each ideograph and kana by itself.</summary>
    public static (string Folded, List<Range> Words) Words(string text)
    {
        var (folded, words, start) = (new StringBuilder(text.Length), new List<Range>(), -1);
        void End()
        {
            if (start >= 0) words.Add(start..folded.Length);
            start = -1;
        }
        foreach (var rune in text.EnumerateRunes())
        {
            // Marks belong to the letter before them; those that accents and vowels are written with are dropped.
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark) continue;
            if (!Rune.IsLetterOrDigit(rune) && category != UnicodeCategory.SpacingCombiningMark)
            {
                End();
                continue;
            }
            var alone = IsWordByItself(rune.Value);
            if (alone) End();
            if (start < 0) start = folded.Length;
            Append(folded, rune);
            if (alone) End();
        }
        End();
        return (folded.ToString(), words);
    }

    private static void Append(StringBuilder folded, Rune rune)
    {
        if (!rune.IsBmp)
        {
            folded.Append(Rune.ToLowerInvariant(rune).ToString());
            return;
        }
        var c = (char)rune.Value;
        if (char.IsAscii(c))
        {
            folded.Append(char.ToLowerInvariant(c));
            return;
        }
        foreach (var (first, to) in Table)
        {
            if (c < first || c >= first + to.Length) continue;
            folded.Append(to[c - first]);
            return;
        }
        folded.Append(char.ToLowerInvariant(c));
    }

    // Written without spaces: Han, Hiragana, Katakana.
    private static bool IsWordByItself(int rune) => rune is (>= 0x2E80 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);
}
