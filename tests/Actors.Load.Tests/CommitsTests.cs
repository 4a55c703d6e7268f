using System.Text;
using Actors.Load.Processes;
using Shouldly;
using Xunit;

namespace Actors.Load.Tests;

public sealed class CommitsTests
{
    private const string Done = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    private const string Lost = "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}";

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(5)]
    [InlineData(1)]
    public void Only_batches_that_the_database_says_it_has_put_are_commits_however_the_network_cuts_them(int piece)
    {
        var commits = new Commits(TimeProvider.System);
        var connection = commits.Connection("silo1");
        Exchange("Query", "actors-streams", "by", Done);
        Exchange("PutItem", "actors-streams", "by", Done);
        Exchange("PutItem", "actors-streams", "by", Lost);
        Exchange("PutItem", "actors-streams", "words", Done);
        Exchange("PutItem", "actors-state", "by", Done);
        Exchange("PutItem", "actors-streams", "by", "HTTP/1.1 100 Continue\r\n\r\n" + Done);
        commits.Since("silo1", 0).Select(c => c.Stream).ShouldBe(["meeting/acme/m1", "meeting/acme/m1"]);
        commits.Since("silo2", 0).ShouldBeEmpty();
        commits.Since("silo1", TimeProvider.System.GetTimestamp() + 1).ShouldBeEmpty();

        void Exchange(string operation, string table, string field, string answer)
        {
            var item = $"{{\"Item\":{{\"pk\":{{\"S\":\"meeting/acme/m1\"}},\"{field}\":{{\"S\":\"w.1\"}}}},\"TableName\":\"{table}\"}}";
            foreach (var part in Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810.{operation}\r\n\r\n{item}").Chunk(piece)) connection.Sent(part);
            foreach (var part in Encoding.ASCII.GetBytes(answer).Chunk(piece)) connection.Answered(part);
        }
    }
}
