using Actors.Load;

return await CommandLine.Build().Parse(args).InvokeAsync(CommandLine.Invocation);
