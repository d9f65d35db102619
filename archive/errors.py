"""The errors that a user may meet.

GongbaoError
├── archive.database.ArchiveError   the archive cannot be opened, or is in use
├── archive.snapshot.SnapshotError  a snapshot cannot be made, or fails its checks
└── crawler.sources.SourceError     a source is declared wrongly
"""


class GongbaoError(Exception):
    """Something that the user can mend. The message is one sentence that says what to do."""
