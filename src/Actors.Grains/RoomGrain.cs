using Actors.Contracts;
using Actors.Meetings;

namespace Actors.Grains;

/// <summary>A breakout room: media, hands and polls of the people whom the meeting put there. Its effect is counting anonymous polls.</summary>
[Reentrant]
public sealed class RoomGrain : ReceiverGrain<RoomState>, IRoomGrain
{
    private readonly ViewCache<RoomView> _views = new();
    private readonly BallotBox _ballots;
    private DateTimeOffset _housekeeping;

    public RoomGrain(GrainServices services) : base(services, Streams.Room, isThread: false) =>
        _ballots = new BallotBox(Stream, GrainFactory, Logger, () => Journal.Durable.Space.Polls, Submit);

    private protected override async ValueTask<Answer?> Prepare(Request request, CancellationToken cancellation)
    {
        if (await base.Prepare(request, cancellation) is { } early) return early;
        await _ballots.Prepare(Journal.State.Space.Polls, request.Command);
        return null;
    }

    private protected override bool IsPrepared(Request request) => _ballots.IsPrepared(Journal.State.Space.Polls, request.Command);

    private protected override Outcome Decide(RoomState state, Request request, DateTimeOffset now) =>
        BreakoutRoom.Decide(state, request, now, _ballots.Seal(state.Space.Polls, request));

    private protected override View? Render(RoomState durable, ViewRequest request) =>
        _views.Get(durable.Version, request.Audience, () => BreakoutRoom.View(durable, request.Audience));

    private protected override Refused? Check(RoomState state, Signal signal) => Signals.Check(state.Space, signal);

    private protected override long CursorOf(RoomState state) => state.Cursor;

    private protected override Outcome? Receive(RoomState state, RosterUpdate update) => BreakoutRoom.Apply(state, update);

    private protected override void OnLoaded() => _ = _ballots.Run();

    private protected override void OnDurable(Commit<RoomState> commit) => _ = _ballots.Run();

    private protected override DateTimeOffset? NextWork => _ballots.HasWork ? _housekeeping : null;

    private protected override Task Work(CancellationToken cancellation)
    {
        _housekeeping = Services.Clock.Now + GrainLimits.Housekeeping;
        return _ballots.Run();
    }
}
