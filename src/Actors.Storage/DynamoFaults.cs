using System.Net;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Actors.Storage;

/// <summary>Tells faults, which pass, from answers and from bugs. By type, code and status, never by message text.</summary>
internal static class DynamoFaults
{
    /// <summary>Null for what is no fault: a failed condition, a request that DynamoDB finds invalid, a bug.</summary>
    public static StorageUnavailableException? Of(Exception e) => e switch
    {
        ConditionalCheckFailedException or StreamCorruptedException => null,
        StorageUnavailableException known => known,
        TransactionCanceledException canceled => IsConditionFailed(canceled) ? null : Make(StorageFault.Throttled, e),
        TransactionInProgressException => Make(StorageFault.Throttled, e),
        ProvisionedThroughputExceededException or RequestLimitExceededException or LimitExceededException => Make(StorageFault.Throttled, e),
        AmazonServiceException { ErrorCode: "ThrottlingException" or "Throttling" or "SlowDown" } => Make(StorageFault.Throttled, e),
        AmazonServiceException { StatusCode: HttpStatusCode.TooManyRequests } => Make(StorageFault.Throttled, e),
        ResourceNotFoundException => Make(StorageFault.Denied, e),
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => Make(StorageFault.Denied, e),
        AmazonServiceException { ErrorCode: "AccessDeniedException" or "UnrecognizedClientException" or "ExpiredTokenException" } => Make(StorageFault.Denied, e),
        AmazonServiceException { StatusCode: >= HttpStatusCode.InternalServerError } => Make(StorageFault.ServerError, e),
        // No status: the call never got an answer.
        AmazonServiceException { StatusCode: 0 } or HttpRequestException or IOException => Make(StorageFault.Unreachable, e),
        TimeoutException or OperationCanceledException => Make(StorageFault.TimedOut, e),
        AmazonServiceException => null,
        AmazonClientException => Make(StorageFault.Unreachable, e),
        _ => null,
    };

    /// <summary>Cancelled for a condition, not for a rival transaction or want of capacity.</summary>
    public static bool IsConditionFailed(TransactionCanceledException canceled) =>
        canceled.CancellationReasons?.Any(reason => reason.Code == "ConditionalCheckFailed") == true;

    public static bool IsWorthRetrying(StorageUnavailableException e) => e.Fault != StorageFault.Denied;

    private static StorageUnavailableException Make(StorageFault fault, Exception e) => new(fault, $"DynamoDB is unavailable ({fault}): {e.Message}", e);
}
