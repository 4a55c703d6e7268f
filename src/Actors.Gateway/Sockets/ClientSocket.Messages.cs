using Actors.Contracts;

namespace Actors.Gateway;

// Messages as they come in: hello first, then what is the session's, at the socket's rate.
internal sealed partial class ClientSocket
{
    /// <summary>Messages over the rate in a row before the socket is closed: until then each is told to slow down.</summary>
    public const int MaxExcess = 1_000;

    /// <summary>Long enough not to be met by chance; a session id is not a secret, the token is.</summary>
    private const int MinSessionLength = 8;

    private TokenBucket? _rate;
    private int _excess;

    // Faults of the sender are answered; the socket stays open but for the protocol's first rule.
    private async ValueTask Handle(ReadOnlyMemory<byte> utf8)
    {
        var refused = Envelope.Read(utf8.Span, out var envelope);
        if (_session is null)
        {
            if (refused is not null || envelope.Type != ClientTypes.Hello) Close(CloseCode.ProtocolError);
            else await Greet(utf8);
        }
        else if (refused is not null)
        {
            Send(ServerMessages.Refused(envelope.Id, refused));
        }
        else if (envelope.Type == ClientTypes.Hello)
        {
            Close(CloseCode.ProtocolError);
        }
        else if (envelope.Type != ClientTypes.Pong && !_session.IsClosing && IsWithinRate(envelope))
        {
            if (envelope.Type == ClientTypes.Ping) Send(ServerMessages.Pong);
            else _session.Handle(utf8.Span, envelope);
        }
    }

    private async Task Greet(ReadOnlyMemory<byte> utf8)
    {
        var (hello, _) = ClientTypes.Parse(utf8.Span, ClientJson.Default.Hello);
        if (hello is null || hello.Session.Length < MinSessionLength || !Ids.IsValid(hello.Session))
        {
            Close(CloseCode.ProtocolError);
            return;
        }
        var (grant, close) = await _services.Tokens.Read(hello.Token);
        SocketSession? session = grant switch
        {
            Grant meeting => new Participation(this, _services, meeting, hello),
            UserGrant user => new Following(this, _services, user, hello),
            _ => null,
        };
        if (session is null)
        {
            Close(close);
            return;
        }
        _session = session;
        await session.Begin();
    }

    private bool IsWithinRate(in Envelope envelope)
    {
        _rate ??= new TokenBucket(_services.Limits.MessagesPerSecond, _services.Limits.MessageBurst, _services.Time.GetTimestamp());
        if (_rate.Take(_services.Time))
        {
            _excess = 0;
            return true;
        }
        if (++_excess > MaxExcess) Close(CloseCode.RateLimited);
        else Send(ServerMessages.Refused(envelope.Id, new Refused(Refusal.Busy, "too many messages")));
        return false;
    }
}
