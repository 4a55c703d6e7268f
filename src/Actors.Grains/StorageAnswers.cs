using Actors.Contracts;
using Actors.Storage;

namespace Actors.Grains;

/// <summary>
/// What storage's silence is to callers of grains, who know no storage: not an answer, and no defect either, but a reason to ask again. Where
/// it would leave a grain as storage's own exception, gateways would give up at once.
/// </summary>
internal static class StorageAnswers
{
    /// <exception cref="SteppedDownException">Storage does not answer.</exception>
    public static async ValueTask<T> OrAskAgain<T>(this ValueTask<T> reading)
    {
        try
        {
            return await reading;
        }
        catch (StorageUnavailableException silence)
        {
            throw new SteppedDownException(silence.Message);
        }
    }
}
