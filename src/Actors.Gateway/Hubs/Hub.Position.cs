namespace Actors.Gateway;

// Who is where among those who read.
internal sealed partial class Hub
{
    /// <summary>
    /// A class's sockets, all of which have been told everything up to <see cref="SentThrough"/>. Who comes in is told up to the head alone, and stays
    /// ahead until the next frame for all: that costs those who are in nothing.
    /// </summary>
    public sealed class Group
    {
        public HashSet<ISubscriber> Members { get; } = [];

        /// <summary>Members who have been told more than the others, and how far.</summary>
        public Dictionary<ISubscriber, long> Ahead { get; } = [];

        public long SentThrough { get; set; }

        public long ToldThrough(ISubscriber member) => Ahead.GetValueOrDefault(member, SentThrough);

        public void Add(ISubscriber subscriber, long told)
        {
            if (Members.Count == 0) SentThrough = told;
            Members.Add(subscriber);
            if (told > SentThrough) Ahead[subscriber] = told;
        }

        public void Remove(ISubscriber member)
        {
            Members.Remove(member);
            Ahead.Remove(member);
        }

        public void Told(long through)
        {
            Ahead.Clear();
            SentThrough = through;
        }
    }

    /// <summary>Where somebody who entered is: in a group, or out of all with the number that a snapshot must show at least.</summary>
    public sealed class Position
    {
        public Group? Group { get; private set; }

        public long AtLeast { get; private set; }

        /// <summary>In the waiting room's thread: the number after which they read.</summary>
        public long ReadsAfter { get; private set; }

        public void ReadFrom(long after)
        {
            ReadsAfter = after;
            AtLeast = Math.Max(AtLeast, after);
        }

        public void Put(Group group) => Group = group;

        /// <param name="atLeast">No snapshot goes back behind what the socket was told.</param>
        public void TakeOut(long atLeast)
        {
            Group = null;
            AtLeast = Math.Max(AtLeast, atLeast);
        }
    }
}
