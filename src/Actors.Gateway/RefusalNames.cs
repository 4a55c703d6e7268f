using System.Collections.Frozen;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>Refusals as the wire spells them; the contracts' JSON is the source.</summary>
internal static class RefusalNames
{
    private static readonly FrozenDictionary<Refusal, string> Names = Enum.GetValues<Refusal>().ToFrozenDictionary(
        refusal => refusal,
        refusal => JsonSerializer.SerializeToElement(refusal, ContractsJson.Default.Refusal).GetString()!);

    public static string Of(Refusal refusal) => Names[refusal];
}
