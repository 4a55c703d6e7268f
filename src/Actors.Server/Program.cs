using Actors.Gateway;
using Actors.Server;
using Actors.Server.Development;
using Orleans;

try
{
    var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    var configuration = builder.Configuration;
    var settings = ServerSettings.Read(configuration);

    await using var launcher = new Launcher();
    DevelopmentSecrets? secrets = null;
    if (builder.Environment.IsDevelopment())
    {
        secrets = DevelopmentSecrets.Load(Launcher.Folder(configuration, "server"));
        secrets.Configure(configuration);
        settings = await launcher.Complete(settings, configuration, TimeProvider.System, CancellationToken.None);
    }
    settings = settings.WithDefaultPorts();
    var createTables = args.Contains("create-tables");
    if (createTables) settings = settings.ForCreatingTables();

    builder.WebHost.UseUrls(settings.Urls);
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddSingleton(settings);
    builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopGuard.Limit);
    builder.Services.AddServerMetrics();
    builder.AddRoles(settings);

    await using var app = builder.Build();
    using var guard = new StopGuard(app.Lifetime, TimeProvider.System);
    app.UseWebSockets();
    if (settings.IsGateway) app.MapActorsGateway();
    else app.MapActorsHealth();
    app.MapServerMetrics(configuration["Gateway:OperatorKey"]);

    Startup.CheckPorts(settings);
    if (settings.IsSilo) await app.Services.PrepareStorage(settings);
    if (!await app.StartOrStop()) return Environment.ExitCode;
    if (createTables)
    {
        await app.StopAsync();
        Console.WriteLine($"The tables {settings.TablePrefix}* exist.");
        return 0;
    }
    if (secrets is not null)
    {
        if (settings.IsGateway) await Welcome.Prepare(app.Services.GetRequiredService<IGrainFactory>(), secrets, TimeProvider.System);
        Console.WriteLine(Welcome.Text(settings, secrets));
    }
    await app.WaitForShutdownAsync();
    // Not zero where the engine says so: a silo that was declared dead ends with a code of its own.
    return Environment.ExitCode;
}
catch (Exception e) when (Startup.Explain(e) is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return 1;
}
