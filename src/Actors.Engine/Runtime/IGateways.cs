namespace Orleans.Runtime;

/// <summary>Which silo of this process takes a client's calls by reference.</summary>
internal interface IGateways
{
    /// <summary>Null when there is none.</summary>
    SiloAddress? Find();
}
