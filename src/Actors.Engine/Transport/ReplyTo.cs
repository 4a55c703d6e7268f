using Orleans.Calls;
using Orleans.Codec;
using Orleans.Runtime;

namespace Orleans.Transport;

/// <summary>Where a call from another process is answered. Once: the call's promise sees to it.</summary>
internal sealed class ReplyTo(Connection connection, ulong id)
{
    public void Succeeded<T>(T result)
    {
        using var writer = CodecWriter.Rent();
        try
        {
            var start = Messages.BeginResponse(writer, id, connection.Owner.ViewVersion, Outcome.Result);
            if (typeof(T) != typeof(Nothing))
            {
                Elements.Write(writer, CodecOf<T>.Declared, result);
            }

            Frames.End(writer, start);
            Connection.CheckSize(writer.Written.Length);
        }
        catch (Exception exception)
        {
            // Not a result that can be carried: the caller is told, the connection goes on.
            Failed(exception);
            return;
        }

        connection.Answer(id, writer.Written);
    }

    public void Failed(Exception exception)
    {
        using var writer = CodecWriter.Rent();
        try
        {
            Write(writer, exception);
        }
        catch (Exception cause)
        {
            writer.Clear();
            Write(writer, new OrleansException($"{exception.GetType()} could not be carried: {cause.Message}"));
        }

        connection.Answer(id, writer.Written);
    }

    private void Write(CodecWriter writer, Exception exception)
    {
        var canceled = exception is OperationCanceledException;
        var start = Messages.BeginResponse(writer, id, connection.Owner.ViewVersion, canceled ? Outcome.Canceled : Outcome.Exception);
        if (!canceled)
        {
            Failures.Write(writer, exception);
        }

        Frames.End(writer, start);
        Connection.CheckSize(writer.Written.Length);
    }
}
