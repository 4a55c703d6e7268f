using System.Numerics;

namespace Actors.Meetings;

/// <summary>
/// Which words the messages of one page may hold: a Bloom filter of every word as search compares it, whole and by its beginnings. It never
/// denies a word that is there; one that is not is denied as a rule. It is made anew from the texts as they read now and never added to, so
/// that it depends on nothing else: what was edited away or deleted has left no trace in it.
/// </summary>
public sealed class WordFilter
{
    /// <summary>
    /// What is stored with the bits. To be raised with every change of <see cref="TextFolding"/> (also by the platform's letters), of the keys or
    /// of their places: a filter of another form is no filter, and its page is read.
    /// </summary>
    public const int Form = 1;

    /// <summary>
    /// Bound of one filter: 32 768 bits are half set by some 1 900 different words, those of 256 messages of forty words each. Up to there one page in
    /// thirty is read for a word that it does not hold; pages of longer prose are read for nothing more often.
    /// </summary>
    public const int MaxBytes = 4 * 1024;

    /// <summary>Least size: pages with a few messages only.</summary>
    public const int MinBytes = 64;

    /// <summary>Beginnings of a word that have keys, by their length. Longer ones are looked for by these letters: few words share so many.</summary>
    private const int LongestBeginning = 6;

    /// <summary>Bits of a key: near the best for filters that are a quarter to a half full.</summary>
    private const int Probes = 4;

    // FNV-1a, 64 bits (draft-eastlake-fnv), over UTF-16 units: the hash of each beginning is a step towards the whole word's.
    private const ulong FnvOffset = 14_695_981_039_346_656_037, FnvPrime = 1_099_511_628_211;

    // Follows a whole word; no folded word has it in it.
    private const char EndOfWord = ' ';

    private readonly byte[] bits;

    private WordFilter(byte[] bits) => this.bits = bits;

    public ReadOnlySpan<byte> Bits => bits;

    public static WordFilter Of(IEnumerable<string> texts)
    {
        var filter = new WordFilter(new byte[MaxBytes]);
        foreach (var text in texts)
        {
            var (folded, words) = TextFolding.Words(text);
            foreach (var word in words) filter.Add(folded.AsSpan(word));
        }
        while (filter.bits.Length > MinBytes && filter.Half() is { IsHalfFull: false } half) filter = half;
        return filter;
    }

    /// <summary>Null for what this version cannot have made.</summary>
    public static WordFilter? Read(int form, byte[] bits) =>
        form == Form && bits.Length is >= MinBytes and <= MaxBytes && BitOperations.IsPow2(bits.Length) ? new WordFilter(bits) : null;

    internal bool MayHold(ReadOnlySpan<char> word) => Has(Step(HashOf(word), EndOfWord));

    internal bool MayHoldBeginning(ReadOnlySpan<char> beginning) => Has(HashOf(beginning[..Math.Min(beginning.Length, LongestBeginning)]));

    private void Add(ReadOnlySpan<char> word)
    {
        var hash = FnvOffset;
        for (var i = 0; i < word.Length; i++)
        {
            hash = Step(hash, word[i]);
            if (i < LongestBeginning) Set(hash);
        }
        Set(Step(hash, EndOfWord));
    }

    private void Set(ulong hash)
    {
        for (var i = 0; i < Probes; i++)
        {
            var place = Place(hash, i);
            bits[place >> 3] |= (byte)(1 << (place & 7));
        }
    }

    private bool Has(ulong hash)
    {
        for (var i = 0; i < Probes; i++)
        {
            var place = Place(hash, i);
            if ((bits[place >> 3] >> (place & 7) & 1) == 0) return false;
        }
        return true;
    }

    // Two hashes make as many as are needed (Kirsch and Mitzenmacher, "Less hashing, same performance"). Sizes are powers of two: a place in the
    // half is the place in the whole without its highest bit.
    private int Place(ulong hash, int probe)
    {
        var mixed = Mix(hash);
        return (int)(((uint)mixed + (uint)probe * ((uint)(mixed >> 32) | 1)) & (uint)(bits.Length * 8 - 1));
    }

    private WordFilter Half()
    {
        var half = bits.AsSpan(0, bits.Length / 2).ToArray();
        for (var i = 0; i < half.Length; i++) half[i] |= bits[half.Length + i];
        return new WordFilter(half);
    }

    private bool IsHalfFull
    {
        get
        {
            var set = 0;
            foreach (var some in bits) set += BitOperations.PopCount(some);
            return set > bits.Length * 4;
        }
    }

    private static ulong HashOf(ReadOnlySpan<char> letters)
    {
        var hash = FnvOffset;
        foreach (var letter in letters) hash = Step(hash, letter);
        return hash;
    }

    private static ulong Step(ulong hash, char letter) => (((hash ^ (byte)letter) * FnvPrime) ^ (byte)(letter >> 8)) * FnvPrime;

    // MurmurHash3's last step, so that each bit of the hash has a say in each place.
    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}
