using Actors.Contracts;
using Actors.Meetings;

namespace Actors.Grains;

/// <summary>A breakout room: media and hands of the people whom the meeting put there.</summary>
[Reentrant]
public sealed class RoomGrain(GrainServices services) : ReceiverGrain<RoomState>(services, Streams.Room, isThread: false), IRoomGrain
{
    private readonly ViewCache<RoomView> _views = new();

    private protected override Outcome Decide(RoomState state, Request request, DateTimeOffset now) => BreakoutRoom.Decide(state, request, now);

    private protected override View? Render(RoomState durable, ViewRequest request) =>
        _views.Get(durable.Version, request.Audience, () => BreakoutRoom.View(durable));

    private protected override long CursorOf(RoomState state) => state.Cursor;

    private protected override Outcome? Receive(RoomState state, RosterUpdate update) => BreakoutRoom.Apply(state, update);
}
