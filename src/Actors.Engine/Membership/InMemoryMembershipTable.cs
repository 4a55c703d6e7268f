namespace Orleans.Runtime;

/// <summary>The twin of the table in DynamoDB, for the protocol's own tests.</summary>
internal sealed class InMemoryMembershipTable : IMembershipTable
{
    private readonly Lock _gate = new();
    private TableReading _rows = TableReading.Empty;

    public Task Start(CancellationToken cancellation) => Task.CompletedTask;

    public Task<TableReading> Read(CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult(_rows);
        }
    }

    public Task<bool> Write(MemberRow row, long version, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var known = _rows.Find(row.Silo);
            if (_rows.Version != version || (known?.Written ?? 0) != row.Written)
            {
                return Task.FromResult(false);
            }

            var written = row with { Written = version + 1 };
            _rows = new TableReading(version + 1, known is null ? _rows.Rows.Add(written) : _rows.Rows.Replace(known, written));
            return Task.FromResult(true);
        }
    }

    public Task<bool> Heartbeat(SiloAddress silo, DateTimeOffset at, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_rows.Find(silo) is not { } known)
            {
                return Task.FromResult(false);
            }

            _rows = _rows with { Rows = _rows.Rows.Replace(known, known with { AliveAt = at }) };
            return Task.FromResult(true);
        }
    }

    public Task Delete(SiloAddress silo, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_rows.Find(silo) is { Status: SiloStatus.Dead } known)
            {
                _rows = _rows with { Rows = _rows.Rows.Remove(known) };
            }

            return Task.CompletedTask;
        }
    }
}
