namespace Actors.Load.Client;

/// <summary>What the server said to a command: accepted with the numbers of its events in a stream, or refused with a reason.</summary>
internal sealed record Answer(bool Accepted, string Stream, long From, long To, bool Repeat = false, string Reason = "", string Detail = "")
{
    public static Answer Refused(string reason, string detail) => new(false, "", 0, 0, Reason: reason, Detail: detail);
}

/// <summary>A command that one session sent, with every answer it ever got (several where it was repeated).</summary>
internal sealed class SentCommand(string meeting, string participant, string session, Command command)
{
    private readonly List<Answer> _answers = [];

    public string Meeting => meeting;
    public string Participant => participant;
    public string Session => session;
    public Command Command => command;

    /// <summary>How often it went out: more than once where a connection broke before the answer.</summary>
    public int Attempts { get; set; }

    public IReadOnlyList<Answer> Answers => _answers;

    public void Add(Answer answer) => _answers.Add(answer);
}
