namespace Orleans.Clustering.DynamoDB
{
    /// <summary>Where the tables are. <see cref="Service"/> is a region name, or the address of DynamoDB Local.</summary>
    public class DynamoDBClientOptions
    {
        public string? AccessKey { get; set; }

        public string? SecretKey { get; set; }

        public string? Service { get; set; }

        public string? Token { get; set; }

        public string? ProfileName { get; set; }
    }
}

namespace Orleans.Persistence.DynamoDB
{
    /// <inheritdoc cref="Orleans.Clustering.DynamoDB.DynamoDBClientOptions"/>
    public class DynamoDBClientOptions
    {
        public string? AccessKey { get; set; }

        public string? SecretKey { get; set; }

        public string? Service { get; set; }

        public string? Token { get; set; }

        public string? ProfileName { get; set; }
    }
}

namespace Orleans.Reminders.DynamoDB
{
    /// <inheritdoc cref="Orleans.Clustering.DynamoDB.DynamoDBClientOptions"/>
    public class DynamoDBClientOptions
    {
        public string? AccessKey { get; set; }

        public string? SecretKey { get; set; }

        public string? Service { get; set; }

        public string? Token { get; set; }

        public string? ProfileName { get; set; }
    }
}

namespace Orleans.Configuration
{
    /// <summary>The membership table of a cluster's silos. The embedded engine runs one silo and keeps these for later.</summary>
    public class DynamoDBClusteringOptions : Clustering.DynamoDB.DynamoDBClientOptions
    {
        public int ReadCapacityUnits { get; set; } = 10;

        public int WriteCapacityUnits { get; set; } = 5;

        public bool UseProvisionedThroughput { get; set; } = true;

        public bool CreateIfNotExists { get; set; } = true;

        public bool UpdateIfExists { get; set; } = true;

        public string TableName { get; set; } = "OrleansSilos";
    }

    /// <summary>The membership table where clients look for silos. Kept for later, as above.</summary>
    public class DynamoDBGatewayOptions : Clustering.DynamoDB.DynamoDBClientOptions
    {
        public int ReadCapacityUnits { get; set; } = 10;

        public int WriteCapacityUnits { get; set; } = 5;

        public bool UseProvisionedThroughput { get; set; } = true;

        public bool CreateIfNotExists { get; set; } = true;

        public bool UpdateIfExists { get; set; } = true;

        public string TableName { get; set; } = "OrleansSilos";
    }

    /// <summary>The table of persistent states.</summary>
    public class DynamoDBStorageOptions : Persistence.DynamoDB.DynamoDBClientOptions
    {
        /// <summary>Part of the key, so that services can share a table; by default the cluster's service id.</summary>
        public string ServiceId { get; set; } = string.Empty;

        public bool UseProvisionedThroughput { get; set; } = true;

        public bool CreateIfNotExists { get; set; } = true;

        public bool UpdateIfExists { get; set; } = true;

        public int ReadCapacityUnits { get; set; } = 10;

        public int WriteCapacityUnits { get; set; } = 5;

        public string TableName { get; set; } = "OrleansGrainState";

        /// <summary>Whether clearing removes the item; otherwise the item stays, empty, and keeps its version.</summary>
        public bool DeleteStateOnClear { get; set; }

        /// <summary>How long after its last write a state may be deleted by DynamoDB.</summary>
        public TimeSpan? TimeToLive { get; set; }
    }

    /// <summary>The table of reminders.</summary>
    public class DynamoDBReminderStorageOptions : Reminders.DynamoDB.DynamoDBClientOptions
    {
        public int ReadCapacityUnits { get; set; } = 10;

        public int WriteCapacityUnits { get; set; } = 5;

        public bool UseProvisionedThroughput { get; set; } = true;

        public bool CreateIfNotExists { get; set; } = true;

        public bool UpdateIfExists { get; set; } = true;

        public string TableName { get; set; } = "OrleansReminders";
    }
}
