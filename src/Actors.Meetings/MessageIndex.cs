using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Which event numbers are messages, and which of these are not deleted: per <see cref="Limits.OverlaySpan"/> numbers two bitmaps, in a
/// persistent tree whose nodes hold counts. Adding, deleting, asking and counting up to a number cost the tree's height (three for a
/// million events).
/// </summary>
internal sealed class MessageIndex
{
    public static readonly MessageIndex Empty = new(null, 0);

    private readonly Node? root;
    private readonly int height;

    private MessageIndex(Node? root, int height) => (this.root, this.height) = (root, height);

    /// <summary>Messages not deleted.</summary>
    public int Live => root?.Live ?? 0;

    /// <summary>Messages, deleted ones included.</summary>
    public int Posted => root?.Posted ?? 0;

    /// <summary>The lowest number that is not deleted; null where there is none.</summary>
    public long? FirstLive => Live == 0 ? null : Node.FirstLive(root!, height);

    /// <summary>The index with a new message, or with one marked deleted.</summary>
    public MessageIndex Set(long number, bool live)
    {
        var (top, level) = (root, height);
        while (number >= Node.SpanOf(level)) (top, level) = (Node.Above(top), level + 1);
        return new MessageIndex(Node.Set(top, level, number, live), level);
    }

    public bool IsPosted(long number) => Covers(number) && Node.Has(root, height, number, live: false);

    public bool IsLive(long number) => Covers(number) && Node.Has(root, height, number, live: true);

    /// <summary>Live messages with numbers after <paramref name="after"/> up to <paramref name="through"/>.</summary>
    public int LiveBetween(long after, long through) => through <= after ? 0 : LiveThrough(through) - LiveThrough(after);

    /// <summary>Messages, deleted ones included, with numbers below <paramref name="before"/>, newest first.</summary>
    public IEnumerable<long> Before(long before) => Node.Descend(root, height, 0, before);

    /// <summary>Messages, deleted ones included, with numbers above <paramref name="after"/>, oldest first.</summary>
    public IEnumerable<long> After(long after) => after >= Node.SpanOf(height) ? [] : Node.Ascend(root, height, 0, after);

    private int LiveThrough(long number) => number < 0 ? 0 : number >= Node.SpanOf(height) ? Live : Node.Rank(root, height, number);

    private bool Covers(long number) => number > 0 && number < Node.SpanOf(height);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var (page, leaf) in Node.Leaves(root, height, 0))
        {
            json.WriteNumberValue(page);
            json.WriteStringValue(Text(leaf.Bits.AsSpan(0, Node.Words)));
            json.WriteStringValue(Text(leaf.Bits.AsSpan(Node.Words)));
        }
        json.WriteEndArray();
    }

    public static MessageIndex Read(JsonElement json)
    {
        var index = Empty;
        var items = json.EnumerateArray().ToArray();
        for (var i = 0; i < items.Length; i += 3)
        {
            var first = items[i].GetInt64() * Limits.OverlaySpan;
            var (posted, live) = (items[i + 1].GetBytesFromBase64(), items[i + 2].GetBytesFromBase64());
            for (var bit = 0; bit < Limits.OverlaySpan; bit++)
                if ((posted[bit >> 3] >> (bit & 7) & 1) != 0) index = index.Set(first + bit, (live[bit >> 3] >> (bit & 7) & 1) != 0);
        }
        return index;
    }

    private static string Text(ReadOnlySpan<ulong> bits)
    {
        Span<byte> bytes = stackalloc byte[Limits.OverlaySpan / 8];
        for (var i = 0; i < bits.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(bytes[(i * 8)..], bits[i]);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Immutable. Level 0: bitmaps of one page, posted then live; above: children of equal span.</summary>
    private sealed class Node
    {
        public const int Words = Limits.OverlaySpan / 64;

        // Sixteen keeps a path copy at a few hundred bytes and three levels at a million events.
        private const int FanOutBits = 4;
        private const int FanOut = 1 << FanOutBits;

        private Node?[] Children { get; init; } = [];

        public ulong[] Bits { get; private init; } = [];

        public int Posted { get; private init; }

        public int Live { get; private init; }

        public static long SpanOf(int level) => (long)Limits.OverlaySpan << (FanOutBits * level);

        public static Node Above(Node? child)
        {
            var children = new Node?[FanOut];
            children[0] = child;
            return new Node { Children = children, Posted = child?.Posted ?? 0, Live = child?.Live ?? 0 };
        }

        public static Node Set(Node? node, int level, long number, bool live)
        {
            if (level == 0) return SetBit(node, (int)number, live);
            var span = SpanOf(level - 1);
            var children = node is null ? new Node?[FanOut] : (Node?[])node.Children.Clone();
            var old = children[number / span];
            var changed = Set(old, level - 1, number % span, live);
            children[number / span] = changed;
            return new Node
            {
                Children = children,
                Posted = (node?.Posted ?? 0) + changed.Posted - (old?.Posted ?? 0),
                Live = (node?.Live ?? 0) + changed.Live - (old?.Live ?? 0),
            };
        }

        private static Node SetBit(Node? leaf, int bit, bool live)
        {
            var bits = leaf is null ? new ulong[Words * 2] : (ulong[])leaf.Bits.Clone();
            bits[bit >> 6] |= 1UL << bit;
            if (live) bits[Words + (bit >> 6)] |= 1UL << bit;
            else bits[Words + (bit >> 6)] &= ~(1UL << bit);
            return new Node { Bits = bits, Posted = Count(bits.AsSpan(0, Words)), Live = Count(bits.AsSpan(Words)) };
        }

        private static int Count(ReadOnlySpan<ulong> bits)
        {
            var count = 0;
            foreach (var word in bits) count += BitOperations.PopCount(word);
            return count;
        }

        public static bool Has(Node? node, int level, long number, bool live)
        {
            for (; node is not null && level > 0; level--)
            {
                var span = SpanOf(level - 1);
                (node, number) = (node.Children[number / span], number % span);
            }
            return node is not null && (node.Bits[(live ? Words : 0) + (int)(number >> 6)] >> (int)number & 1) != 0;
        }

        public static int Rank(Node? node, int level, long number)
        {
            var rank = 0;
            for (; node is not null && level > 0; level--)
            {
                var span = SpanOf(level - 1);
                var child = (int)(number / span);
                for (var i = 0; i < child; i++) rank += node.Children[i]?.Live ?? 0;
                (node, number) = (node.Children[child], number % span);
            }
            if (node is null) return rank;
            var word = (int)(number >> 6);
            var upTo = ulong.MaxValue >> (63 - (int)(number & 63));
            return rank + Count(node.Bits.AsSpan(Words, word)) + BitOperations.PopCount(node.Bits[Words + word] & upTo);
        }

        // Of a node with at least one.
        public static long FirstLive(Node node, int level)
        {
            var number = 0L;
            for (; level > 0; level--)
            {
                var child = 0;
                while (node.Children[child] is not { Live: > 0 }) child++;
                (node, number) = (node.Children[child]!, number + (child * SpanOf(level - 1)));
            }
            var word = 0;
            while (node.Bits[Words + word] == 0) word++;
            return number + (word << 6) + BitOperations.TrailingZeroCount(node.Bits[Words + word]);
        }

        public static IEnumerable<long> Descend(Node? node, int level, long first, long before)
        {
            if (node is null || before <= first) yield break;
            var step = level == 0 ? 1 : SpanOf(level - 1);
            var last = Math.Min((SpanOf(level) / step) - 1, (before - first - 1) / step);
            for (var i = last; i >= 0; i--)
            {
                if (level > 0)
                    foreach (var number in Descend(node.Children[i], level - 1, first + i * step, before)) yield return number;
                else if ((node.Bits[i >> 6] >> (int)i & 1) != 0) yield return first + i;
            }
        }

        public static IEnumerable<long> Ascend(Node? node, int level, long first, long after)
        {
            if (node is null) yield break;
            var step = level == 0 ? 1 : SpanOf(level - 1);
            for (var i = Math.Max(0, (after + 1 - first) / step); i < SpanOf(level) / step; i++)
            {
                if (level > 0)
                    foreach (var number in Ascend(node.Children[i], level - 1, first + i * step, after)) yield return number;
                else if ((node.Bits[i >> 6] >> (int)i & 1) != 0) yield return first + i;
            }
        }

        public static IEnumerable<(long Page, Node Leaf)> Leaves(Node? node, int level, long page)
        {
            if (node is null) yield break;
            if (level == 0)
            {
                yield return (page, node);
                yield break;
            }
            for (var i = 0; i < FanOut; i++)
                foreach (var leaf in Leaves(node.Children[i], level - 1, page + i * (SpanOf(level - 1) / Limits.OverlaySpan)))
                    yield return leaf;
        }
    }
}
