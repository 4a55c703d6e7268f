namespace Orleans;

/// <summary>Asked after each failed attempt of a client to find a silo. Waits for as long as it likes before it answers.</summary>
public interface IClientConnectionRetryFilter
{
    Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken);
}
