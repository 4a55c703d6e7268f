using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>One message as a decision about it needs it; loaded by the shell for the commands that <see cref="ChatThread.Concerns"/> names.</summary>
/// <param name="Author">As <see cref="Recorded.By"/>.</param>
/// <param name="Text">As it reads now.</param>
/// <param name="At">When it was posted.</param>
public sealed record MessageFacts(long Message, string Author, string Text, MessageOverlay Overlay, DateTimeOffset At = default)
{
    /// <param name="post">The stored <see cref="MessagePosted"/>.</param>
    /// <param name="stored">The stored overlay of its page, null where there is none. It must pass <see cref="OverlayBuffer.Completes"/>.</param>
    /// <param name="buffer">The thread's own, at the moment of deciding.</param>
    public static MessageFacts Of(Recorded post, PageOverlay? stored, OverlayBuffer buffer)
    {
        if (post.Event is not MessagePosted posted) throw new ArgumentException($"Event {post.Number} is no message.", nameof(post));
        var overlay = buffer.Overlay(post.Number, stored);
        return new MessageFacts(post.Number, post.By ?? "", overlay.Text ?? posted.Text, overlay, post.At);
    }
}
