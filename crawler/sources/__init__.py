"""The declared sources, one TOML table each, and the families, from which they inherit keys."""

from crawler.sources.checks import SourceError as SourceError
from crawler.sources.declared import RESERVED as RESERVED
from crawler.sources.declared import SHIPPED as SHIPPED
from crawler.sources.declared import load_sources as load_sources
from crawler.sources.families import Family as Family
from crawler.sources.families import load_families as load_families
from crawler.sources.source import Source as Source
