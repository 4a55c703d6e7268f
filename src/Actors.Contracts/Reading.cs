using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>A gateway confirms the connections it holds for a stream with every read.</summary>
[GenerateSerializer, Immutable, Alias("gateway_lease")]
public sealed record GatewayLease(string Gateway, ImmutableArray<string> Connections);

/// <param name="After">The last number the reader has.</param>
/// <param name="Hold">How long to wait for something new; <see cref="Limits.ReadHold"/> at most, 0 to look only.</param>
/// <param name="SignalsAfter">The last signal cursor the reader got; <see cref="FromNow"/> where it begins: what passed before it came is not for it.</param>
/// <param name="Lease">On meetings: the reader's connections.</param>
[GenerateSerializer, Immutable, Alias("read_request")]
public sealed record ReadRequest(long After, TimeSpan Hold, long SignalsAfter = 0, GatewayLease? Lease = null)
{
    /// <summary>The signal cursor of a reader that begins.</summary>
    public const long FromNow = -1;
}

[GenerateSerializer, Alias("read_outcome")]
public enum ReadOutcome
{
    /// <summary>Everything durable after the reader's number, perhaps nothing, perhaps cut by size.</summary>
    Ok,

    /// <summary>The reader is further behind than memory reaches (or ahead of a restarted log's truth): take a view.</summary>
    Reset,

    /// <summary>The grain is stepping down: read again.</summary>
    Retry,
}

/// <summary>Events <c>From</c>–<c>To</c> without a gap; <c>To</c> = <c>From − 1</c> where there is nothing new.</summary>
[GenerateSerializer, Immutable, Alias("stream_page")]
public sealed record StreamPage(
    ReadOutcome Outcome,
    long From,
    long To,
    ImmutableArray<Recorded> Events,
    ImmutableArray<Signal> Signals,
    long SignalCursor);

/// <summary>A page of the log as stored, for backends. <paramref name="Next"/> continues; null at the end.</summary>
[GenerateSerializer, Immutable, Alias("log_page")]
public sealed record LogPage(ImmutableArray<Recorded> Events, long? Next);

/// <summary>Transient: not stored, not numbered, may be lost.</summary>
[GenerateSerializer, Immutable, Alias("signal")]
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TypingSignal), "typing")]
[JsonDerivedType(typeof(ReactionSignal), "reaction")]
[JsonDerivedType(typeof(ActiveSpeakerSignal), "active_speaker")]
[JsonDerivedType(typeof(AttendeesSignal), "attendees")]
public abstract record Signal;

[GenerateSerializer, Immutable, Alias("typing")]
public sealed record TypingSignal(string Participant) : Signal;

/// <param name="At">When the server took it, in Unix milliseconds: clients show it until <see cref="Limits.SignalLifetime"/> later. Never the sender's word.</param>
[GenerateSerializer, Immutable, Alias("reaction_signal")]
public sealed record ReactionSignal(string Participant, string Reaction, long? At = null) : Signal;

[GenerateSerializer, Immutable, Alias("active_speaker")]
public sealed record ActiveSpeakerSignal(string Participant) : Signal;

/// <summary>How many view-only attendees are in; sent coalesced.</summary>
[GenerateSerializer, Immutable, Alias("attendees")]
public sealed record AttendeesSignal(int Count) : Signal;
