namespace Orleans.DynamoDB;

/// <summary>
/// Says that silos with the same cluster id are one cluster. Such a cluster has one silo here: a second one in the process is refused,
/// and one in another process is not noticed. The fence against that is the storage, as in any cluster.
/// </summary>
internal sealed class MembershipTable;
