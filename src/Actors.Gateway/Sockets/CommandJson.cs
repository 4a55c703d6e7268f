using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>Commands as people and backends send them.</summary>
internal static class CommandJson
{
    /// <summary>Every type of command that may be sent; the contracts are the source.</summary>
    public static readonly FrozenSet<string> Types = typeof(ClientCommand)
        .GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false)
        .Cast<JsonDerivedTypeAttribute>()
        .Select(derived => (string)derived.TypeDiscriminator!)
        .ToFrozenSet();

    /// <summary>The command of a message whose envelope was read, or why it is none.</summary>
    public static (ClientCommand? Command, Refused? Refused) Parse(ReadOnlySpan<byte> utf8, in Envelope envelope)
    {
        if (!Types.Contains(envelope.Type!)) return (null, new Refused(Refusal.UnknownType));
        try
        {
            return (JsonSerializer.Deserialize(utf8, ContractsJson.Default.ClientCommand), null);
        }
        catch (JsonException e)
        {
            return (null, new Refused(Refusal.InvalidArgument, JsonFaults.Describe(e)));
        }
        catch (NotSupportedException)
        {
            return (null, new Refused(Refusal.UnknownType));
        }
    }
}
