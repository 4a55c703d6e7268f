using System.Text;
using Actors.Load.Processes;
using Shouldly;
using Xunit;

namespace Actors.Load.Tests;

public sealed class WriteCounterTests
{
    private const string Put = "POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810.PutItem\r\n\r\n{\"Put\":{}}";
    private const string Query = "POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810.Query\r\n\r\n{}";
    private const string Transaction =
        "POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810.TransactWriteItems\r\n\r\n{\"TransactItems\":[{\"Put\":{}},{\"Update\":{}}]}";

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(7)]
    [InlineData(1)]
    public void Writes_cost_one_unit_two_in_a_transaction_reads_none_however_the_network_cuts_them(int piece)
    {
        var counter = new WriteCounter();
        var connection = counter.Connection();
        foreach (var part in Encoding.ASCII.GetBytes(Query + Put + Transaction + Put).Chunk(piece)) connection.Sent(part);
        counter.Units.ShouldBe(1 + 2 * 2 + 1);
        counter.Requests["Query"].ShouldBe(1);
        counter.Requests["PutItem"].ShouldBe(2);
    }
}
