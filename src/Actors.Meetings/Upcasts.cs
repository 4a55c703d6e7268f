using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Actors.Meetings;

/// <summary>
/// Brings events stored in an older form to today's, by their stored <c>type</c>, before they are read. A function gets the whole stored
/// object and answers one in the new form, perhaps of another type; since old and new forms lie side by side it recognises the old one.
/// Rolling out a change takes two steps. First a release that reads both forms and still writes the old one, until no older process runs and
/// none will be rolled back to; then a release that writes the new form. Optional new fields need only the second step's order and no function.
/// </summary>
public sealed class Upcasts
{
    /// <summary>What today's events need: nothing, every stored form is the current one.</summary>
    public static readonly Upcasts Current = new(FrozenDictionary<string, Func<JsonObject, JsonObject>>.Empty);

    // More renames in a row than this are a cycle.
    private const int LongestChain = 16;

    private readonly FrozenDictionary<string, Func<JsonObject, JsonObject>> functions;

    private Upcasts(FrozenDictionary<string, Func<JsonObject, JsonObject>> functions) => this.functions = functions;

    public Upcasts With(string type, Func<JsonObject, JsonObject> upcast) =>
        new(functions.Append(KeyValuePair.Create(type, upcast)).ToFrozenDictionary());

    internal bool Concern(string type) => functions.ContainsKey(type);

    internal JsonObject Apply(JsonObject stored)
    {
        for (var step = 0; step < LongestChain; step++)
        {
            var type = TypeOf(stored);
            if (!functions.TryGetValue(type, out var upcast)) return stored;
            stored = upcast(stored);
            if (TypeOf(stored) == type) return stored;
        }
        throw new InvalidOperationException("Upcasting goes round in a circle.");
    }

    internal static string TypeOf(JsonObject stored) =>
        stored["type"]?.GetValue<string>() ?? throw new UnknownEventException("Upcasting answered an event without type.");
}
