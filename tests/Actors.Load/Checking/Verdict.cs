using Actors.Load.Client;

namespace Actors.Load.Checking;

/// <summary>What the judge found; anything but zeros after <see cref="Unknown"/> is a broken promise.</summary>
internal sealed class Verdict
{
    /// <summary>Findings kept word for word; beyond, they are counted only.</summary>
    private const int KeptFindings = 40;

    private readonly List<string> _findings = [];

    /// <summary>Commands that were answered with acceptance.</summary>
    public int Acked { get; set; }

    /// <summary>Commands of which nobody can know whether they were executed: their session ended before the answer.</summary>
    public int Unknown { get; set; }

    /// <summary>The log does not hold what was acknowledged or shown, or holds what was refused.</summary>
    public int Lost { get; private set; }

    /// <summary>Numbers are missing, in a log or in what a client was told.</summary>
    public int Gaps { get; private set; }

    /// <summary>A command was executed twice, or an event told twice.</summary>
    public int Duplicates { get; private set; }

    /// <summary>In the meeting without a connection, or connected and not in the meeting.</summary>
    public int Ghosts { get; private set; }

    /// <summary>Log, views and clients disagree about where somebody is.</summary>
    public int Misplaced { get; private set; }

    /// <summary>A view showed less than its reader had seen acknowledged.</summary>
    public int Stale { get; private set; }

    public IReadOnlyList<string> Findings => _findings;

    public bool IsClean => Lost + Gaps + Duplicates + Ghosts + Misplaced + Stale == 0;

    public void AddLost(string finding) => Lost += Keep("lost: " + finding);

    public void AddGap(string finding) => Gaps += Keep("gap: " + finding);

    public void AddDuplicate(string finding) => Duplicates += Keep("duplicate: " + finding);

    public void AddGhost(string finding) => Ghosts += Keep("ghost: " + finding);

    public void AddMisplaced(string finding) => Misplaced += Keep("misplaced: " + finding);

    public void AddStale(string finding) => Stale += Keep("stale: " + finding);

    public void Add(Continuity continuity, string who)
    {
        Gaps += continuity.Gaps;
        Duplicates += continuity.Duplicates;
        foreach (var finding in continuity.Findings)
            Keep($"{who}: {finding}");
    }

    private int Keep(string finding)
    {
        if (_findings.Count < KeptFindings)
            _findings.Add(finding);
        return 1;
    }
}
