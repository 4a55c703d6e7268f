namespace Actors.Contracts;

/// <summary>Every bound of the product, with its reason. What exceeds one is refused; nothing is cut silently.</summary>
public static class Limits
{
    /// <summary>Everybody in one meeting: 10 000 view-only attendees, and all who are announced one by one. What one grain's state and one stream carry with room to spare.</summary>
    public const int ParticipantsPerMeeting = 10_000 + InteractivePerMeeting;

    /// <summary>People who are announced one by one (every role but attendee): each join is told to each of them.</summary>
    public const int InteractivePerMeeting = 1_000;

    /// <summary>Breakout rooms of one round: each is a grain with a stream of its own that the meeting keeps informed.</summary>
    public const int RoomsPerMeeting = 100;

    /// <summary>Rooms that one round ever has, those deleted since included: their ids are given once, and all of them have to be told that they are closed.</summary>
    public const int RoomsPerRound = 2 * RoomsPerMeeting;

    /// <summary>People assigned to rooms by one command: its event has to fit one append. More come with further commands, up to <see cref="ParticipantsPerMeeting"/>.</summary>
    public const int AssignmentsPerCommand = 1_000;

    /// <summary>Sessions of one participant where the device policy allows several.</summary>
    public const int SessionsPerParticipant = 8;

    /// <summary>Connections of one <see cref="Disconnect"/>, people whose grace ends in one <see cref="Tick"/>: their events have to fit one append.</summary>
    public const int ConnectionsPerDisconnect = 500;

    /// <summary>People admitted by one event: with the moves to their rooms it has to fit one append. More follow by themselves.</summary>
    public const int AdmittedPerEvent = 1_000;

    /// <summary>Removed participants whose tokens are remembered as revoked within <see cref="TokenLifetime"/>.</summary>
    public const int RevocationsPerMeeting = 10_000;

    /// <summary>Rounds of breakout rooms of one meeting: their numbers stay small enough for ids.</summary>
    public const int RoundsPerMeeting = 1_000;

    /// <summary>Banned users of one meeting; beyond it a locked meeting is the better tool.</summary>
    public const int BansPerMeeting = 1_000;

    /// <summary>People from whom abilities are taken, those who left included: everybody who can be one by one, twice over; beyond it the settings are the better tool.</summary>
    public const int LocksPerMeeting = 2 * InteractivePerMeeting;

    /// <summary>People whose turns one space counts; beyond it those are forgotten who are not in it: everybody who can be in with a hand, twice over.</summary>
    public const int SpeakersPerSpace = 2 * InteractivePerMeeting;

    /// <summary>
    /// Raised hands of one space from which on view-only attendees have to wait with theirs: ten thousand may raise them at once, and everybody interactive is sent
    /// each. It is more than a moderator works off in an evening; the interactive always find a place.
    /// </summary>
    public const int HandsBeforeAttendees = 250;

    /// <summary>People in the spotlight of one space: what a screen shows large, three by three.</summary>
    public const int SpotlightsPerSpace = 9;

    /// <summary>A countdown from its start to its end, extensions included, in seconds: a day.</summary>
    public const int TimerSeconds = 24 * 3600;

    /// <summary>Polls of one space that were not deleted: all of them are part of its view.</summary>
    public const int PollsPerSpace = 20;

    /// <summary>Open polls of one space: only these keep votes in memory.</summary>
    public const int OpenPollsPerSpace = 5;

    /// <summary>People who vote in one poll, those who left included: everybody who can be in at once.</summary>
    public const int VotersPerPoll = ParticipantsPerMeeting;

    /// <summary>Options of one poll: a screen's worth; with fewer than two there is nothing to choose.</summary>
    public const int FewestOptions = 2, OptionsPerPoll = 20;

    /// <summary>An option's text, in UTF-16 characters: a line.</summary>
    public const int OptionLength = 128;

    /// <summary>A poll's question in UTF-8 bytes: a paragraph.</summary>
    public const int QuestionBytes = 1024;

    /// <summary>Names of tenants, meetings, participants, sessions, in characters: they are part of keys.</summary>
    public const int IdLength = 64;

    /// <summary>A display name or title, in UTF-16 characters.</summary>
    public const int NameLength = 256;

    /// <summary>A chat message's text in UTF-8 bytes: a page of prose; more belongs into an attachment.</summary>
    public const int MessageBytes = 8 * 1024;

    /// <summary>A broadcast to all rooms, in UTF-8 bytes.</summary>
    public const int BroadcastBytes = 2 * 1024;

    /// <summary>Attributes of one participant, keys and values in UTF-8 bytes.</summary>
    public const int AttributesBytes = 16 * 1024;

    /// <summary>Metadata of one meeting, keys and values in UTF-8 bytes.</summary>
    public const int MetadataBytes = 64 * 1024;

    /// <summary>Tags of one meeting: each is an entry of its own in the tenant's lists, all written in one transaction.</summary>
    public const int TagsPerMeeting = 20;

    /// <summary>One tag, in characters: it is part of a key.</summary>
    public const int TagLength = 64;

    /// <summary>A passcode, in characters: typed by hand, told by voice.</summary>
    public const int PasscodeLength = 64;

    /// <summary>Longest time that an empty or hostless meeting may be kept for, in seconds: a week.</summary>
    public const int EndDelaySeconds = 7 * 24 * 3600;

    /// <summary>Longest time limit and extension, in minutes: thirty days.</summary>
    public const int TimeLimitMinutes = 30 * 24 * 60;

    /// <summary>Earliest coming before a scheduled start, in minutes: a day.</summary>
    public const int JoinBeforeMinutes = 24 * 60;

    /// <summary>Occurrences of one series, thirty years of every day: their number is part of their id.</summary>
    public const int OccurrencesPerSeries = 10_000;

    /// <summary>A series' id in characters, so that its occurrences' ids, with their number, keep within <see cref="IdLength"/>.</summary>
    public const int SeriesIdLength = IdLength - 7;

    /// <summary>Dates of a series that are skipped or moved, those to come: they are part of its plan, which each occurrence hands to the next and every view shows.</summary>
    public const int ExceptionsPerSeries = 100;

    /// <summary>Days, weeks or months between two occurrences.</summary>
    public const int RecurrenceInterval = 99;

    /// <summary>Schedules lie within these years, so that no reckoning with them can overflow.</summary>
    public const int FirstScheduleYear = 2000, LastScheduleYear = 2199;

    /// <summary>Group members, people with locked abilities, or removed ones, carried to the next occurrence by one command: its event stays below half a batch.</summary>
    public const int CarriedPerPart = 1_000;

    /// <summary>Meetings of one page of a list.</summary>
    public const int ListPage = 100;

    /// <summary>Warnings before the time limit ends a meeting, in minutes left.</summary>
    public static readonly System.Collections.Immutable.ImmutableArray<int> TimeWarnings = [10, 5, 1];

    /// <summary>Different reactions under one message, and the length of one in characters (an emoji sequence).</summary>
    public const int ReactionsPerMessage = 20;

    /// <inheritdoc cref="ReactionsPerMessage"/>
    public const int ReactionLength = 32;

    /// <summary>Reactions given to one message by everybody together: each is remembered by name, so that giving one twice counts once.</summary>
    public const int ReactorsPerMessage = 1_000;

    /// <summary>Participants mentioned in one message; more is a broadcast.</summary>
    public const int MentionsPerMessage = 50;

    /// <summary>Unread mentions by name that are remembered of one member: clients show "99+".</summary>
    public const int UnreadMentions = 100;

    /// <summary>Pinned messages of one thread; what everything is pinned in, nobody reads.</summary>
    public const int PinsPerThread = 50;

    /// <summary>Files that one message refers to: with their names and addresses they have to fit a socket's message.</summary>
    public const int AttachmentsPerMessage = 10;

    /// <summary>An attachment's address, in characters: what browsers and proxies take.</summary>
    public const int AttachmentUrlLength = 2_048;

    /// <summary>An attachment's media type, in characters (RFC 6838 allows 127 for each half).</summary>
    public const int AttachmentTypeLength = 255;

    /// <summary>An attached file, in bytes: S3's largest single upload, 5 GiB. It is never stored here.</summary>
    public const long AttachmentBytes = 5L * 1024 * 1024 * 1024;

    /// <summary>Edits of one message: each is an event whose text a deletion has to erase.</summary>
    public const int EditsPerMessage = 200;

    /// <summary>Deleted messages of one thread whose text is still to be erased from storage; a backlog this long means that storage is down.</summary>
    public const int PendingRedactions = 1_000;

    /// <summary>Longest time that messages are kept for where they are not kept for ever, in days: ten years.</summary>
    public const int RetentionDays = 3_650;

    /// <summary>Pointers stored by one command: its event stays below half a batch.</summary>
    public const int PointersPerCommand = 1_000;

    /// <summary>Members who left a thread and whose receipts are still shown; beyond it those who left first are forgotten.</summary>
    public const int DepartedMembers = 10_000;

    /// <summary>Direct threads of one participant: each is a stream that their socket reads.</summary>
    public const int DirectsPerParticipant = 200;

    /// <summary>Direct threads of one meeting: the meeting's state and its gateways keep their names.</summary>
    public const int DirectsPerMeeting = 10_000;

    /// <summary>Members of one channel: as many as a meeting's thread has.</summary>
    public const int MembersPerChannel = 10_000;

    /// <summary>Members added or removed by one command: its event stays below half a batch.</summary>
    public const int MembersPerCommand = 1_000;

    /// <summary>Members of one page.</summary>
    public const int MembersPage = 1_000;

    /// <summary>Messages of one history page.</summary>
    public const int HistoryPage = 200;

    /// <summary>A search's words together, in characters.</summary>
    public const int SearchQueryLength = 256;

    /// <summary>Words of one search; each is compared with each word of a message.</summary>
    public const int SearchWords = 16;

    /// <summary>Messages found by one search.</summary>
    public const int SearchPage = 50;

    /// <summary>Pages of history that one search reads, two round trips each; it goes on from there when it is asked again.</summary>
    public const int SearchedPages = 10;

    /// <summary>
    /// Stretches of <see cref="OverlaySpan"/> numbers that one search looks at, up to a page of history more, those that it passes over included: their
    /// words are read sixteen at a time, in about as many round trips as its pages.
    /// </summary>
    public const int SearchedStretches = 256;

    /// <summary>Calls to threads that one search over a tenant makes; a thread that needs another counts again. It goes on from there when it is asked again.</summary>
    public const int ThreadsSearched = 50;

    /// <summary>Threads that one search over a tenant asks at once: each may have to be loaded first.</summary>
    public const int ThreadsSearchedAtOnce = 8;

    /// <summary>Threads of one page of a tenant's register.</summary>
    public const int ThreadListPage = 100;

    /// <summary>Pages of the register that one search over a tenant reads, for a user who reads few of its threads.</summary>
    public const int ThreadListPagesSearched = 10;

    /// <summary>How long a search over a tenant goes on; shorter than the calls' own deadline, so that what was found so far is answered.</summary>
    public static readonly TimeSpan TenantSearchDeadline = TimeSpan.FromSeconds(10);

    /// <summary>People of one page of a message's receipts.</summary>
    public const int ReceiptsPage = 200;

    /// <summary>People of one page of the roster.</summary>
    public const int PeoplePage = 200;

    /// <summary>Stays of one page of who was where.</summary>
    public const int PlacesPage = 500;

    /// <summary>Message numbers that share one overlay item.</summary>
    public const int OverlaySpan = 256;

    /// <summary>Events that a stream keeps in memory for readers; who is further behind gets a snapshot.</summary>
    public const int HotTail = 1_000;

    /// <summary>Events of one page of the log read from storage.</summary>
    public const int LogPage = 1_000;

    /// <summary>One answer to a reader, in stored bytes.</summary>
    public const int ReadBytes = 512 * 1024;

    /// <summary>One append: DynamoDB's item is 400 KB at most.</summary>
    public const int BatchBytes = 256 * 1024;

    /// <summary>Commands that wait in one grain for decision or durability.</summary>
    public const int PendingCommands = 4_096;

    /// <summary>Answers that a session remembers so that a repeated command gets its first answer.</summary>
    public const int RememberedAnswers = 64;

    /// <summary>Idempotency keys that one grain remembers.</summary>
    public const int RememberedKeys = 4_096;

    /// <summary>How long an idempotency key, or the answers of a silent session, are remembered at least.</summary>
    public static readonly TimeSpan AnswerMemory = TimeSpan.FromMinutes(10);

    /// <summary>How long a participant whose connection broke keeps place, role and hand.</summary>
    public static readonly TimeSpan ReconnectGrace = TimeSpan.FromSeconds(30);

    /// <summary>How long a reader may be parked before it is answered with nothing new.</summary>
    public static readonly TimeSpan ReadHold = TimeSpan.FromSeconds(10);

    /// <summary>A gateway that has not confirmed its sessions for this long has lost them: one hold plus a retry.</summary>
    public static readonly TimeSpan GatewayLease = TimeSpan.FromSeconds(15);

    /// <summary>How long a command may take from the gateway's first try to its answer.</summary>
    public static readonly TimeSpan CommandDeadline = TimeSpan.FromSeconds(20);

    /// <summary>How long a grain tries one append before it steps down; shorter than the command's deadline so that the caller can retry.</summary>
    public static readonly TimeSpan AppendDeadline = TimeSpan.FromSeconds(8);

    /// <summary>What passes is of its moment: a reaction, that somebody types or speaks is delivered to nobody later than this, and shown no longer.</summary>
    public static readonly TimeSpan SignalLifetime = TimeSpan.FromSeconds(10);

    /// <summary>Receipt pointers are collected this long at most before they are stored.</summary>
    public static readonly TimeSpan PointerFlush = TimeSpan.FromSeconds(3);

    /// <summary>Default and longest warning before breakout rooms close.</summary>
    public static readonly TimeSpan RoomsCountdown = TimeSpan.FromSeconds(60);

    /// <inheritdoc cref="RoomsCountdown"/>
    public static readonly TimeSpan RoomsCountdownMax = TimeSpan.FromMinutes(10);

    /// <summary>Longest time that rooms may be opened for, and stay open for from an extension on: a day's course.</summary>
    public static readonly TimeSpan RoomsDurationMax = TimeSpan.FromHours(24);

    /// <summary>Longest life of an access token; revocations are remembered this long.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(24);

    /// <summary>Threads listed in one user's inbox.</summary>
    public const int ThreadsPerInbox = 1_000;

    /// <summary>Threads of one page of an inbox: each is asked, and may have to be loaded first.</summary>
    public const int InboxPage = 100;

    /// <summary>Threads that one notice of an inbox's changes names; after more its reader asks for all of it.</summary>
    public const int InboxChanges = 20;

    /// <summary>API keys of one tenant: enough to rotate for several systems.</summary>
    public const int KeysPerTenant = 16;
}
