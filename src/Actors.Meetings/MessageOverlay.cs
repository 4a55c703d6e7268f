using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>What edits, reactions and deletion have made of one message. A deleted one keeps nothing but that.</summary>
/// <param name="Text">The last edit's text; null where it was never edited.</param>
/// <param name="Edits">Events that hold its later texts, in order.</param>
/// <param name="Reactions">In the order in which each was first given.</param>
public sealed record MessageOverlay(
    string? Text, DateTimeOffset? EditedAt, ImmutableArray<long> Edits, bool Deleted, ImmutableArray<Reactions> Reactions)
{
    public static readonly MessageOverlay None = new(null, null, [], false, []);

    private static readonly MessageOverlay Gone = None with { Deleted = true };

    /// <summary>Reactions given by everybody together.</summary>
    public int Reactors => Reactions.Sum(reaction => reaction.Count);

    /// <summary>The message that an event changes, null where it changes none.</summary>
    public static long? MessageOf(Event @event) => @event switch
    {
        MessageEdited edited => edited.Message,
        MessageDeleted deleted => deleted.Message,
        ReactionChanged reaction => reaction.Message,
        _ => null,
    };

    /// <summary>The overlay after one more event of this message.</summary>
    public MessageOverlay Apply(Recorded recorded) => recorded.Event switch
    {
        MessageDeleted => Gone,
        _ when Deleted => this,
        MessageEdited edited => this with { Text = edited.Text, EditedAt = recorded.At, Edits = Edits.Add(recorded.Number) },
        ReactionChanged { On: true } given => Give(given.Reaction, recorded.By ?? ""),
        ReactionChanged taken => TakeBack(taken.Reaction, recorded.By ?? ""),
        _ => this,
    };

    public bool HasReacted(string reaction, string by) =>
        Find(reaction) is var index and >= 0 && Reactions[index].By.Contains(by);

    private MessageOverlay Give(string reaction, string by)
    {
        if (HasReacted(reaction, by)) return this;
        var index = Find(reaction);
        if (index < 0) return this with { Reactions = Reactions.Add(new Reactions(reaction, 1, [by])) };
        var reactors = Reactions[index].By.Add(by);
        return this with { Reactions = Reactions.SetItem(index, new Reactions(reaction, reactors.Length, reactors)) };
    }

    private MessageOverlay TakeBack(string reaction, string by)
    {
        if (!HasReacted(reaction, by)) return this;
        var index = Find(reaction);
        var reactors = Reactions[index].By.Remove(by);
        return this with
        {
            Reactions = reactors.IsEmpty
                ? Reactions.RemoveAt(index)
                : Reactions.SetItem(index, new Reactions(reaction, reactors.Length, reactors)),
        };
    }

    private int Find(string reaction)
    {
        for (var i = 0; i < Reactions.Length; i++)
            if (Reactions[i].Reaction == reaction) return i;
        return -1;
    }
}
