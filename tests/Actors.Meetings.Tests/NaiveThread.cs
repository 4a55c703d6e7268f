using Actors.Contracts;

namespace Actors.Meetings.Tests;

/// <summary>The oracle: replays a whole log with the plainest means.</summary>
internal sealed class NaiveThread
{
    public sealed class Post
    {
        public required long Number { get; init; }
        public required string By { get; init; }
        public required string Text { get; set; }
        public string? Attached { get; init; }
        public List<string> AllTexts { get; } = [];
        public DateTimeOffset? EditedAt { get; set; }
        public List<string> Mentioned { get; } = [];
        public bool Everyone { get; init; }
        public bool Deleted { get; set; }
        public List<(string Reaction, List<string> By)> Reactions { get; } = [];
    }

    public SortedDictionary<long, Post> Posts { get; } = [];

    public Dictionary<string, (long Read, long Since)> People { get; } = [];

    public List<long> Pins { get; } = [];

    public static NaiveThread Of(IEnumerable<Recorded> log)
    {
        var thread = new NaiveThread();
        foreach (var recorded in log) thread.Take(recorded);
        return thread;
    }

    public int Unread(string participant)
    {
        var (read, since) = People[participant];
        return Posts.Values.Count(post => !post.Deleted && post.Number > read && post.Number > since);
    }

    public int Mentions(string participant)
    {
        var (read, since) = People[participant];
        return Posts.Values.Count(post => !post.Deleted && post.Number > read && post.Number > since && (post.Everyone || post.Mentioned.Contains(participant)));
    }

    private void Take(Recorded recorded)
    {
        switch (recorded.Event)
        {
            case MessagePosted posted:
                var post = new Post { Number = recorded.Number, By = recorded.By!, Text = posted.Text, Attached = posted.Attachments?.Single().Url, Everyone = posted.Everyone };
                post.Mentioned.AddRange(posted.Mentions ?? []);
                post.AllTexts.Add(posted.Text);
                if (post.Attached is { } url) post.AllTexts.Add(url);
                Posts.Add(recorded.Number, post);
                if (People.TryGetValue(recorded.By!, out var author)) People[recorded.By!] = author with { Read = recorded.Number };
                break;
            case MessageEdited edited:
                Posts[edited.Message].Text = edited.Text;
                Posts[edited.Message].EditedAt = recorded.At;
                Posts[edited.Message].AllTexts.Add(edited.Text);
                break;
            case MessageDeleted deleted:
                Posts[deleted.Message].Deleted = true;
                Pins.Remove(deleted.Message);
                break;
            case ReactionChanged reaction:
                React(Posts[reaction.Message].Reactions, reaction, recorded.By!);
                break;
            case MessagePinned pinned:
                Pins.Add(pinned.Message);
                break;
            case MessageUnpinned unpinned:
                Pins.Remove(unpinned.Message);
                break;
            case PointersGathered gathered:
                for (var i = 0; i < gathered.Participants.Length; i++)
                    People[gathered.Participants[i]] = People[gathered.Participants[i]] with { Read = gathered.Through - gathered.Read[i] };
                break;
            case PointersMoved moved:
                foreach (var pointer in moved.Pointers) People[pointer.Participant] = People[pointer.Participant] with { Read = pointer.Read };
                break;
            case RosterChanged roster:
                foreach (var member in roster.Entered) People.TryAdd(member.Participant, (0, Posts.Keys.LastOrDefault()));
                break;
        }
    }

    private static void React(List<(string Reaction, List<string> By)> reactions, ReactionChanged change, string by)
    {
        var index = reactions.FindIndex(given => given.Reaction == change.Reaction);
        if (index < 0) (index, _) = (reactions.Count, Add());
        if (change.On) reactions[index].By.Add(by);
        else reactions[index].By.Remove(by);
        if (reactions[index].By.Count == 0) reactions.RemoveAt(index);

        bool Add()
        {
            reactions.Add((change.Reaction, []));
            return true;
        }
    }
}
