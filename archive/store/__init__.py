"""Every SQL statement of a crawl. One transaction holds whole releases; an article is `held` where its release is."""

from archive.store.kept import KeptPage as KeptPage
from archive.store.kept import kept_pages as kept_pages
from archive.store.releases import Saved as Saved
from archive.store.releases import save as save
from archive.store.releases import unread as unread
from archive.store.sources import declare_source as declare_source
from archive.store.sources import sources_declared as sources_declared
