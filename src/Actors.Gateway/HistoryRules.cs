using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>What may be asked of a thread's history.</summary>
internal static class HistoryRules
{
    public static Refused? Check(long? before, long? after, long? around, int limit)
    {
        if ((before is null ? 0 : 1) + (after is null ? 0 : 1) + (around is null ? 0 : 1) > 1)
            return new Refused(Refusal.InvalidArgument, "before, after and around exclude each other");
        if (before < 1) return new Refused(Refusal.InvalidArgument, "before");
        if (after < 0) return new Refused(Refusal.InvalidArgument, "after");
        if (around < 1) return new Refused(Refusal.InvalidArgument, "around");
        return limit is < 1 or > Limits.HistoryPage ? new Refused(Refusal.InvalidArgument, $"limit: 1 to {Limits.HistoryPage}") : null;
    }
}

/// <summary>What may be searched for; the words themselves are the thread's to judge.</summary>
internal static class SearchRules
{
    public static Refused? Check(string? query, long? before, int limit)
    {
        if (query is null) return new Refused(Refusal.InvalidArgument, "q: missing");
        if (query.Length > Limits.SearchQueryLength) return new Refused(Refusal.TooLarge, $"q: {Limits.SearchQueryLength} characters at most");
        if (before < 1) return new Refused(Refusal.InvalidArgument, "before");
        return limit is < 1 or > Limits.SearchPage ? new Refused(Refusal.InvalidArgument, $"limit: 1 to {Limits.SearchPage}") : null;
    }
}

/// <summary>What may be asked of somebody's inbox; whether a cursor is one the inbox itself says.</summary>
internal static class InboxRules
{
    /// <summary>A cursor is a time and a thread's key.</summary>
    private const int MaxAfterLength = 5 * Limits.IdLength;

    public static Refused? Check(string? after, int limit)
    {
        if (after is { Length: 0 or > MaxAfterLength }) return new Refused(Refusal.InvalidArgument, "after");
        return limit is < 1 or > Limits.InboxPage ? new Refused(Refusal.InvalidArgument, $"limit: 1 to {Limits.InboxPage}") : null;
    }
}

/// <summary>What may be asked of a message's receipts.</summary>
internal static class ReceiptsRules
{
    public static Refused? Check(long message, string? after, int limit)
    {
        if (message < 1) return new Refused(Refusal.InvalidArgument, "message");
        if (after is not null && !Ids.IsValid(after)) return new Refused(Refusal.InvalidArgument, "after");
        return limit is < 1 or > Limits.ReceiptsPage ? new Refused(Refusal.InvalidArgument, $"limit: 1 to {Limits.ReceiptsPage}") : null;
    }
}
