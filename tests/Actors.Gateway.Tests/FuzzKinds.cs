using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>A type of message that a client may send.</summary>
/// <param name="Shape">What its fields are; null where it has none.</param>
internal sealed record FuzzKind(string Name, Type? Shape, JsonSerializerOptions Options)
{
    private static readonly ImmutableDictionary<string, Type?> Shapes = ImmutableDictionary.CreateRange<string, Type?>(
    [
        new(ClientTypes.Hello, typeof(Hello)), new(ClientTypes.Ping, null), new(ClientTypes.Pong, null), new(ClientTypes.Signal, typeof(SignalMessage)),
        new(ClientTypes.History, typeof(HistoryQuery)), new(ClientTypes.Search, typeof(SearchQuery)), new(ClientTypes.Receipts, typeof(ReceiptsQuery)),
        new(ClientTypes.Roster, typeof(RosterQuery)), new(ClientTypes.Follow, typeof(FollowQuery)), new(ClientTypes.Unfollow, typeof(UnfollowQuery)), new(ClientTypes.Inbox, typeof(InboxQuery)),
    ]);

    /// <summary>Every type that is no command, from the product's own list. One whose shape is not told above fails the tests.</summary>
    public static readonly ImmutableArray<FuzzKind> Messages = [.. ClientTypes.All.Select(name => new FuzzKind(
        name, Shapes.TryGetValue(name, out var shape) ? shape : throw new InvalidOperationException($"The fuzzers do not know what '{name}' looks like: say it in {nameof(FuzzKind)}."), ClientJson.Default.Options))];

    /// <summary>Those that may come after <c>hello</c>.</summary>
    public static readonly ImmutableArray<FuzzKind> Later = Messages.RemoveAll(kind => kind.Name == ClientTypes.Hello);

    public static readonly ImmutableArray<FuzzKind> Commands =
        [.. ContractsJson.Default.ClientCommand.PolymorphismOptions!.DerivedTypes.Select(command => new FuzzKind((string)command.TypeDiscriminator!, command.DerivedType, ContractsJson.Default.Options))];

    public bool IsOfThreads => Shape?.IsSubclassOf(typeof(ThreadCommand)) == true;

    /// <summary>What is right of it has no answer.</summary>
    public bool IsSilent => Name is ClientTypes.Signal or ClientTypes.Pong;

    /// <summary>Outside meetings it is about a channel.</summary>
    public bool NamesChannel =>
        IsOfThreads || Name is ClientTypes.Follow or ClientTypes.Unfollow or ClientTypes.History or ClientTypes.Search or ClientTypes.Receipts or ClientTypes.Signal;
}
