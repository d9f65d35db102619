"""The errors that a user may meet.

GongbaoError
├── archive.database.ArchiveError         the archive cannot be opened, or is in use
├── archive.snapshots.make.SnapshotError  a snapshot cannot be made, or fails its checks
├── archive.chain.ChainError              a link of the chain cannot be read, or there is none
├── archive.warc.records.RecordError      a file is no WARC or WACZ
├── archive.warc.read.DamagedError        a capture does not stand whole where its row says
├── crawler.configuration.SettingError    a setting or an argument has a value that cannot be used
├── crawler.cluster.dask.ClusterError     the Dask cluster cannot be reached, or gave a task up
├── crawler.history.cdx.HistoryError      a server of others' captures cannot be used, or not now
├── crawler.probe.spider.ProbeError       an address that is probed cannot be read, or is no list
└── crawler.sources.SourceError           a source or a family is declared wrongly
"""


class GongbaoError(Exception):
    """A fault that the user can mend. The message is one sentence with the remedy."""
