using System.Text;
using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

/// <summary>Files that messages refer to (E2).</summary>
public class AttachmentTests
{
    public static TheoryData<Attachment, Refusal?> References => new()
    {
        { Attached, null },
        { Attached with { Url = "s3://bucket/key%20with/spaces" }, null },
        { Attached with { Name = null }, null },
        { Attached with { Size = 0 }, null },
        { Attached with { Size = Limits.AttachmentBytes }, null },
        { Attached with { Size = Limits.AttachmentBytes + 1 }, Refusal.TooLarge },
        { Attached with { Size = -1 }, Refusal.InvalidArgument },
        { Attached with { Url = null! }, Refusal.InvalidArgument },
        { Attached with { Url = "" }, Refusal.InvalidArgument },
        { Attached with { Url = "http://files.example/a" }, Refusal.InvalidArgument },
        { Attached with { Url = "javascript:alert(1)" }, Refusal.InvalidArgument },
        { Attached with { Url = "data:text/html;base64,AAAA" }, Refusal.InvalidArgument },
        { Attached with { Url = "file:///etc/passwd" }, Refusal.InvalidArgument },
        { Attached with { Url = "/relative" }, Refusal.InvalidArgument },
        { Attached with { Url = "https://" }, Refusal.InvalidArgument },
        { Attached with { Url = "https://user:secret@files.example/a" }, Refusal.InvalidArgument },
        { Attached with { Url = "https://files.example/a b" }, Refusal.InvalidArgument },
        { Attached with { Url = "https://files.example/\"" }, Refusal.InvalidArgument },
        { Attached with { Url = "https://files.example/\u00e9" }, Refusal.InvalidArgument },
        { Attached with { Type = null! }, Refusal.InvalidArgument },
        { Attached with { Type = "image" }, Refusal.InvalidArgument },
        { Attached with { Type = "image/" }, Refusal.InvalidArgument },
        { Attached with { Type = "/png" }, Refusal.InvalidArgument },
        { Attached with { Type = "image/png/x" }, Refusal.InvalidArgument },
        { Attached with { Type = "text/html; charset=utf-8" }, Refusal.InvalidArgument },
        { Attached with { Sha256 = null! }, Refusal.InvalidArgument },
        { Attached with { Sha256 = new string('a', 63) }, Refusal.InvalidArgument },
        { Attached with { Sha256 = new string('A', 64) }, Refusal.InvalidArgument },
        { Attached with { Sha256 = new string('g', 64) }, Refusal.InvalidArgument },
        { Attached with { Name = " " }, Refusal.InvalidArgument },
        { Attached with { Name = "a\nb" }, Refusal.InvalidArgument },
        { Attached with { Name = "\ud800" }, Refusal.InvalidArgument },
        { Attached with { Name = new string('x', Limits.NameLength + 1) }, Refusal.TooLarge },
    };

    [Theory]
    [MemberData(nameof(References))]
    public void E2_a_reference_is_taken_as_it_is_or_refused_by_the_name_of_its_field(Attachment attachment, Refusal? refusal)
    {
        var outcome = Thread().Decide("ann", new PostMessage("Look", Attachments: [attachment]));
        outcome.IsRefused.ShouldBe(refusal is not null, outcome.Detail);
        if (refusal is { } reason) outcome.Reason.ShouldBe(reason);
        else outcome.Events.Single().ShouldBeOfType<MessagePosted>().Attachments!.Value.ShouldBe([attachment]);
    }

    [Fact]
    public void A_file_needs_no_words_and_words_need_no_file()
    {
        Thread().Decide("ann", new PostMessage("", Attachments: [Attached])).IsRefused.ShouldBeFalse();
        Thread().Decide("ann", new PostMessage("", Attachments: [])).Reason.ShouldBe(Refusal.InvalidArgument);
        Thread().Decide("ann", new PostMessage(" ", Attachments: [Attached])).Reason.ShouldBe(Refusal.InvalidArgument);
        Thread().Decide("ann", new PostMessage("x", Attachments: [])).Events.Single().ShouldBeOfType<MessagePosted>().Attachments.ShouldBeNull();
    }

    [Fact]
    public void E2_redaction_takes_the_attachments_out_of_the_stored_event_and_keeps_the_others()
    {
        var stored = Stored(
            new Recorded(1, Start, "ann", null, new MessagePosted("secret", Attachments: [Attached])),
            new Recorded(2, Start, "ann", null, new MessagePosted("kept", 1, ["bob"], [Attached with { Name = "kept.png" }])));
        var redacted = Encoding.UTF8.GetString(EventCodec.Redact(Encoding.UTF8.GetBytes(stored), 1, new HashSet<long> { 1 }).Span);
        redacted.ShouldNotContain("secret");
        redacted.ShouldNotContain("a.png\"}");
        var events = Read(redacted, 1, 2);
        events[0].Event.ShouldBe(new MessagePosted(""));
        events[1].Event.ShouldBeOfType<MessagePosted>().Attachments!.Value.Single().Name.ShouldBe("kept.png");
    }
}
