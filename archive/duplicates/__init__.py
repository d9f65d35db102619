"""Releases that are one: clusters of copies, parts of a whole, and the origin of a copy."""

from archive.duplicates.carried import drop_lost as drop_lost
from archive.duplicates.carried import knows_files as knows_files
from archive.duplicates.carried import linking as linking
from archive.duplicates.carried import lost as lost
from archive.duplicates.clusters import COMMON as COMMON
from archive.duplicates.clusters import FAULT as FAULT
from archive.duplicates.clusters import LARGE as LARGE
from archive.duplicates.clusters import carry as carry
from archive.duplicates.clusters import enter as enter
from archive.duplicates.clusters import forget as forget
from archive.duplicates.clusters import place as place
from archive.duplicates.clusters import rebuild as rebuild
from archive.duplicates.clusters import summary as summary
from archive.duplicates.comparison import Likeness as Likeness
from archive.duplicates.comparison import fingerprint as fingerprint
from archive.duplicates.comparison import judge as judge
