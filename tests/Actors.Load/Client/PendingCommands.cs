namespace Actors.Load.Client;

/// <summary>
/// A session's commands without an answer. Ids rise in the order in which commands go out, also over a reconnect: what waits is sent again,
/// oldest first, before anything new.
/// </summary>
internal sealed class PendingCommands
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Pending> _waiting = [];
    private Connection? _connection;
    private TimeProvider _time = TimeProvider.System;
    private long _lastId;
    private bool _closed;

    public Pending Add(Func<long, SentCommand> create, IList<SentCommand>? journal)
    {
        lock (_gate)
        {
            var command = create(++_lastId);
            journal?.Add(command);
            return Enqueue(_lastId, command);
        }
    }

    public Pending Repeat(SentCommand command)
    {
        lock (_gate)
        {
            var id = command.Command.Id!.Value;
            return _waiting.TryGetValue(id, out var waiting) ? waiting : Enqueue(id, command);
        }
    }

    /// <summary>Welcomed: everything unanswered goes out on this connection.</summary>
    public void Connected(Connection connection, TimeProvider time)
    {
        lock (_gate)
        {
            (_connection, _time) = (connection, time);
            foreach (var pending in _waiting.Values)
                pending.SendOn(connection, time.GetTimestamp());
        }
    }

    public void Disconnected()
    {
        lock (_gate)
            _connection = null;
    }

    public void Answered(long id, Answer answer)
    {
        lock (_gate)
        {
            if (_waiting.Remove(id, out var pending))
                pending.Complete(answer);
        }
    }

    public bool IsOverdue(TimeProvider time, TimeSpan patience)
    {
        lock (_gate)
            return _connection is not null && _waiting.Count > 0 && time.GetElapsedTime(_waiting.First().Value.SentAt) > patience;
    }

    /// <summary>The session has ended: nobody will answer any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var pending in _waiting.Values)
                pending.GiveUp();
            _waiting.Clear();
        }
    }

    private Pending Enqueue(long id, SentCommand command)
    {
        var pending = new Pending(command);
        if (_closed)
        {
            pending.GiveUp();
            return pending;
        }
        _waiting.Add(id, pending);
        if (_connection is not null)
            pending.SendOn(_connection, _time.GetTimestamp());
        return pending;
    }
}

/// <summary>One command on its way.</summary>
internal sealed class Pending(SentCommand command)
{
    private readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _utf8 = command.Command.ToUtf8();

    public Task<Answer> Answer => _answer.Task;

    public long SentAt { get; private set; }

    public void SendOn(Connection connection, long now)
    {
        command.Attempts++;
        SentAt = now;
        connection.Enqueue(_utf8);
    }

    public void Complete(Answer answer)
    {
        command.Add(answer);
        _answer.TrySetResult(answer);
    }

    public void GiveUp() => _answer.TrySetResult(Client.Answer.Refused("closed", "the session ended before the answer"));
}
