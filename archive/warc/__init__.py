"""Bytes as they were sent, in WARC files (ISO 28500). Records are appended, and never changed here.

Only `removal` rewrites a file, and only `repair` cuts one: a torn last record.
"""

from archive.warc.exchange import Exchange as Exchange
from archive.warc.exchange import Headers as Headers
from archive.warc.exchange import Packed as Packed
from archive.warc.exchange import Payload as Payload
from archive.warc.read import DamagedError as DamagedError
from archive.warc.read import exchange_length as exchange_length
from archive.warc.read import packed as packed
from archive.warc.read import payload as payload
from archive.warc.read import sent as sent
from archive.warc.read import unpacked as unpacked
from archive.warc.repair import check as check
from archive.warc.repair import gone as gone
from archive.warc.repair import mend as mend
from archive.warc.repair import settled as settled
from archive.warc.write import capture as capture
from archive.warc.write import capture_all as capture_all
from archive.warc.write import enter as enter
from archive.warc.write import write_file as write_file
from archive.warc.write import write_note as write_note
