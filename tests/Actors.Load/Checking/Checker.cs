namespace Actors.Load.Checking;

/// <summary>
/// Judges a run from its recorded histories, with no access to the server: what was acknowledged, told and shown is compared with the logs
/// and views read back at the end.
/// </summary>
internal static class Checker
{
    public static Verdict Judge(IEnumerable<MeetingHistory> meetings)
    {
        var verdict = new Verdict();
        foreach (var meeting in meetings)
        {
            LogRules.Judge(meeting, verdict);
            CommandRules.Judge(meeting, verdict);
            DeliveryRules.Judge(meeting, verdict);
            PlaceRules.Judge(meeting, verdict);
            MessageRules.Judge(meeting, verdict);
            StaleRules.Judge(meeting, verdict);
        }
        return verdict;
    }
}
