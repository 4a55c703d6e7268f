using Actors.Gateway;
using Actors.Grains;
using Actors.Server;
using Actors.Server.Development;
using Orleans;

try
{
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    var configuration = builder.Configuration;
    var settings = ServerSettings.Read(configuration);
    var url = configuration["urls"] ?? ServerSettings.DefaultUrl;
    builder.WebHost.UseUrls(url);

    await using var launcher = new Launcher();
    DevelopmentSecrets? secrets = null;
    if (builder.Environment.IsDevelopment())
    {
        secrets = DevelopmentSecrets.Load(Launcher.Folder(configuration, "server"));
        secrets.Configure(configuration);
        settings = await launcher.Complete(settings, configuration, TimeProvider.System, CancellationToken.None);
    }
    var createTables = args.Contains("create-tables");
    if (createTables) settings = settings with { CreateTables = true };

    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddStreamStorage(settings);
    builder.Services.AddActorsGrains();
    builder.Services.AddActorsGateway(configuration.GetSection("Gateway"));
    builder.Services.AddServerMetrics();
    builder.UseOrleans(silo => Silo.Compose(silo, settings, builder.Environment.IsDevelopment()));

    await using var app = builder.Build();
    app.UseWebSockets();
    app.MapActorsGateway();
    app.MapServerMetrics(configuration["Gateway:OperatorKey"]);

    await app.Services.PrepareStorage(settings);
    if (createTables)
    {
        await app.StartOrStop();
        await app.StopAsync();
        Console.WriteLine($"The tables {settings.TablePrefix}* exist.");
        return 0;
    }
    await app.StartOrStop();
    if (secrets is not null)
    {
        await Welcome.Prepare(app.Services.GetRequiredService<IGrainFactory>(), secrets);
        Console.WriteLine(Welcome.Text(url, settings, secrets));
    }
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (Startup.Explain(e) is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return 1;
}
