using Actors.Storage.Local;
using Orleans.Configuration;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>One DynamoDB Local for the tests of this assembly that need it.</summary>
public sealed class LocalDatabase : IAsyncLifetime
{
    private DynamoDbLocal? _database;

    public string Endpoint => _database!.Endpoint.ToString();

    public async Task InitializeAsync() =>
        _database = await DynamoDbLocal.Start(new DynamoDbLocalOptions(), TimeProvider.System, CancellationToken.None);

    public async Task DisposeAsync() => await _database!.DisposeAsync();

    public void Storage(DynamoDBStorageOptions options) => (options.Service, options.UseProvisionedThroughput) = (Endpoint, false);

    public void Reminders(DynamoDBReminderStorageOptions options) => (options.Service, options.UseProvisionedThroughput) = (Endpoint, false);
}

[CollectionDefinition(nameof(LocalDatabase))]
public sealed class LocalDatabaseCollection : ICollectionFixture<LocalDatabase>;
