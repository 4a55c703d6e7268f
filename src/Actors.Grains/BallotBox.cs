using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Actors.Contracts;
using Actors.Meetings;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>
/// What a space's shell does for anonymous polls. A vote is sealed before it is decided (AES-GCM under the poll's key, a fresh nonce each, all of one
/// length), so that the log and the state hold who has voted and nothing that says for what. A closed poll is counted at once, its
/// counts are recorded, then its key is destroyed, then that is recorded: each step repeatable, resumed from the state.
/// </summary>
internal sealed class BallotBox(string stream, IGrainFactory grains, ILogger logger, Func<PollsState> durable, Func<Command, Task<Retry?>> submit)
{
    // As recommended for GCM (NIST SP 800-38D); the plain text is the options marked, one bit each.
    private const int NonceBytes = 12, TagBytes = 16, MarkBytes = sizeof(int), SealedBytes = NonceBytes + MarkBytes + TagBytes;

    private readonly Dictionary<long, byte[]> _keys = [];
    private Task _running = Task.CompletedTask;

    public bool HasWork => durable().HasWork;

    /// <summary>Fetches the key that the command's vote has to be sealed with.</summary>
    public async ValueTask Prepare(PollsState polls, Command command)
    {
        if (IsPrepared(polls, command)) return;
        var poll = Polls.ToSeal(polls, command)!.Value.Poll;
        try
        {
            _keys[poll] = await KeyOf(poll) ?? throw new InvalidOperationException("It was destroyed.");
        }
        catch (Exception fault)
        {
            throw new SteppedDownException($"{stream}: no key for the ballots of poll {poll}: {fault.Message}");
        }
    }

    public bool IsPrepared(PollsState polls, Command command) => Polls.ToSeal(polls, command) is not { } vote || _keys.ContainsKey(vote.Poll);

    /// <summary>The sealed vote of the command; null where it is none that has to be.</summary>
    public string? Seal(PollsState polls, Request request)
    {
        if (Polls.ToSeal(polls, request.Command) is not { } vote) return null;
        Span<byte> ballot = stackalloc byte[SealedBytes];
        Span<byte> plain = stackalloc byte[MarkBytes];
        BinaryPrimitives.WriteInt32LittleEndian(plain, vote.Marked);
        RandomNumberGenerator.Fill(ballot[..NonceBytes]);
        using var cipher = new AesGcm(_keys[vote.Poll], TagBytes);
        cipher.Encrypt(ballot[..NonceBytes], plain, ballot[NonceBytes..^TagBytes], ballot[^TagBytes..], Bound(vote.Poll, request.Caller.Id));
        return Convert.ToBase64String(ballot);
    }

    /// <summary>Counts what is closed and destroys keys that are spent; one run at a time.</summary>
    public Task Run() => _running.IsCompleted && HasWork ? _running = Work() : _running;

    private async Task Work()
    {
        try
        {
            foreach (var (id, poll) in durable().Uncounted.ToArray())
                if (await submit(Count(id, poll, await KeyOf(id))) is not null) return;
            foreach (var id in durable().SpentKeys.ToArray())
            {
                await Grain(id).Destroy();
                if (_keys.Remove(id, out var key)) CryptographicOperations.ZeroMemory(key);
                if (await submit(new RecordKeyDestroyed(id)) is not null) return;
            }
        }
        catch (Exception fault)
        {
            Log.EffectFailed(logger, fault, stream, "counting its polls");
        }
    }

    private RecordTally Count(long id, Poll poll, byte[]? key)
    {
        using var cipher = key is null ? null : new AesGcm(key, TagBytes);
        var marked = poll.Ballots.Select(ballot => cipher is null ? null : Open(cipher, id, ballot.Key, ballot.Value.Sealed!)).ToArray();
        var counts = Poll.Count(poll.Options.Length, marked.OfType<int>());
        return new RecordTally(id, counts, marked.Count(one => one is null));
    }

    // Null where the key does not fit: it was lost, and another was made.
    private int? Open(AesGcm cipher, long id, string voter, string ballot)
    {
        Span<byte> bytes = stackalloc byte[SealedBytes];
        Span<byte> plain = stackalloc byte[MarkBytes];
        if (!Convert.TryFromBase64String(ballot, bytes, out var length) || length != SealedBytes) return null;
        try
        {
            cipher.Decrypt(bytes[..NonceBytes], bytes[NonceBytes..^TagBytes], bytes[^TagBytes..], plain, Bound(id, voter));
            return BinaryPrimitives.ReadInt32LittleEndian(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private async Task<byte[]?> KeyOf(long poll) =>
        _keys.TryGetValue(poll, out var known) ? known : await Grain(poll).Get() is { } key ? Convert.FromBase64String(key) : null;

    private IBallotKeyGrain Grain(long poll) =>
        grains.GetGrain<IBallotKeyGrain>(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{stream}/{poll}"));

    // A ballot is good for one person in one poll: moved elsewhere in a log, it does not open.
    private byte[] Bound(long poll, string voter) => Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{stream}/{poll}/{voter}"));
}
