using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

/// <summary>Which messages a search finds.</summary>
public sealed class SearchTests
{
    [Theory]
    [InlineData("meet", "Let us meet at noon")]
    [InlineData("MEET Noon", "Let us meet at noon")]
    [InlineData("noon meet", "Let us meet at noon, all of us")]
    [InlineData("us no", "Let us meet at noon")]
    [InlineData("cafe", "Le Café")]
    [InlineData("CAFÉ", "le cafe")]
    // With the accent as a mark of its own.
    [InlineData("cafe\u0301", "le café")]
    [InlineData("strasse Zurich", "Straße? Strasse! Zürich")]
    [InlineData("lodz", "Łódź")]
    [InlineData("tieng viet", "Tiếng Việt")]
    [InlineData("αθηνα", "Αθήνα")]
    [InlineData("ОБЪЕКТ", "объект ещё раз")]
    [InlineData("еще", "объект ещё раз")]
    [InlineData("istanbul", "İstanbul")]
    [InlineData("2026", "In 2026-11")]
    [InlineData("会議", "明日の会議室")]
    [InlineData("𐐨𐐩", "𐐀𐐁")]
    public void E7_every_word_is_found_whatever_its_case_and_accents_and_the_last_by_its_beginning(string query, string text) => Matches(query, text).ShouldBeTrue();

    [Theory]
    [InlineData("mee noon", "Let us meet at noon")]
    [InlineData("eet", "Let us meet at noon")]
    [InlineData("meet tomorrow", "Let us meet at noon")]
    [InlineData("noons", "Let us meet at noon")]
    [InlineData("meet", "")]
    public void E7_words_but_the_last_are_whole_and_no_word_is_found_within_another(string query, string text) => Matches(query, text).ShouldBeFalse();

    [Fact]
    public void P10_what_holds_no_word_or_too_much_is_refused_by_name()
    {
        foreach (var bad in new[] { null, "", "  ", "?!", "👍", "\u0000a", "\ud800" }) MessageSearch.Parse(bad, out _)!.Value.Reason.ShouldBe(Refusal.InvalidArgument, bad);
        MessageSearch.Parse(new string('x', Limits.SearchQueryLength), out _).ShouldBeNull();
        MessageSearch.Parse(new string('x', Limits.SearchQueryLength + 1), out _)!.Value.Reason.ShouldBe(Refusal.TooLarge);
        MessageSearch.Parse(string.Join(' ', Enumerable.Repeat("x", Limits.SearchWords)), out _).ShouldBeNull();
        MessageSearch.Parse(string.Join(' ', Enumerable.Repeat("x", Limits.SearchWords + 1)), out _)!.Value.Reason.ShouldBe(Refusal.TooLarge);
        var state = Thread();
        MessageSearch.Check(state, new SearchRequest("x", Limit: Limits.SearchPage, Caller: Caller.Participant("ann")), out _).ShouldBeNull();
        MessageSearch.Check(state, new SearchRequest("x", Limit: Limits.SearchPage + 1, Caller: Caller.Participant("ann")), out _)!.Value.Reason.ShouldBe(Refusal.InvalidArgument);
        MessageSearch.Check(state, new SearchRequest("x", Before: 0, Caller: Caller.Participant("ann")), out _)!.Value.Reason.ShouldBe(Refusal.InvalidArgument);
        foreach (var who in new[] { "gone", "stranger" })
            MessageSearch.Check(state, new SearchRequest("x", Caller: Caller.Participant(who)), out _)!.Value.Reason.ShouldBe(Refusal.NotJoined);
    }

    [Fact]
    public void E7_what_folds_is_one_lower_case_letter_that_folds_to_itself()
    {
        for (var c = '\u00c0'; c < '\u2000'; c++)
        {
            if (!char.IsLetter(c)) continue;
            var (once, words) = TextFolding.Words(c.ToString());
            (once.Length, words.Count).ShouldBe((1, 1), $"U+{(int)c:X4}");
            TextFolding.Words(once).Folded.ShouldBe(once, $"U+{(int)c:X4}");
            // Letters of old Cyrillic print share their capitals with today's.
            if (c is < '\u1c80' or > '\u1c8f') TextFolding.Words(char.ToUpperInvariant(c).ToString()).Folded.ShouldBe(once, $"U+{(int)c:X4}");
        }
    }

    private static bool Matches(string query, string text)
    {
        MessageSearch.Parse(query, out var search).ShouldBeNull();
        return search.Matches(text);
    }
}
