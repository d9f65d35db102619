"""Imported before the first fork: what an empty archive holds is found once, not by each command that begins one."""

import tempfile
from pathlib import Path

from archive.schema.open import open_archive

with tempfile.TemporaryDirectory() as folder:
    open_archive(Path(folder)).close()
