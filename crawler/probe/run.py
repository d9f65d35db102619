"""A probe under way: the crawler's own manners and guards, without the parts that write to the archive."""

from collections.abc import Sequence

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from crawler.configuration import archive_folder
from crawler.network.guard import private_hosts, refusal
from crawler.network.pace import behave, delay_of
from crawler.network.turns import hosts, hosts_held, hosts_of
from crawler.probe.look import ProbeError, Tools
from crawler.probe.report import ProbedList
from crawler.probe.spider import ProbeSpider
from crawler.run.budget import BudgetMiddleware
from crawler.run.capture import CaptureMiddleware
from crawler.run.drawn import DrawnLists
from crawler.sources import Source

# By class, not by dotted path: every other middleware stays, the network guard among them, wherever its module moves.
LEFT_OUT = (BudgetMiddleware, CaptureMiddleware, DrawnLists)


def probe(settings: Settings, target: str, source: Source | None, tools: Tools) -> tuple[list[ProbedList], list[str]]:
    """Probe an address, or the lists of a declared source: one finding a list, and a sentence for each that failed.

    Holds the locks of the hosts meanwhile, as a crawl does. Raises ProbeError for an address that must not be asked.
    """
    if source is None and (reason := refusal(target, private_hosts(settings))):
        raise ProbeError(f"{target} {reason}")
    urls = source.lists if source else (target,)
    held = hosts(source) if source else hosts_of(urls)
    with hosts_held(archive_folder(settings), held, delay_of(settings, source)):
        return _run(probe_settings(settings, source), urls, source, tools)


def probe_settings(settings: Settings, source: Source | None) -> Settings:
    """The settings of a crawl without capture, budget, pipelines and extensions, which all need an archive."""
    settings = settings.copy()
    kept = {
        middleware: None if load_object(middleware) in LEFT_OUT else place
        for middleware, place in settings.getdict("DOWNLOADER_MIDDLEWARES").items()
    }
    settings.set("DOWNLOADER_MIDDLEWARES", kept, "cmdline")
    settings.set("ITEM_PIPELINES", {}, "cmdline")
    settings.set("EXTENSIONS", {}, "cmdline")
    settings.set("RETRY_TIMES", 1, "cmdline")
    settings.set("LOG_LEVEL", "ERROR", "cmdline")
    behave(settings, source)
    return settings


def _run(
    settings: Settings, urls: Sequence[str], source: Source | None, tools: Tools
) -> tuple[list[ProbedList], list[str]]:
    founds: list[ProbedList] = []
    faults: list[str] = []
    process = AsyncCrawlerProcess(settings)
    process.crawl(ProbeSpider, urls=urls, declared=source, tools=tools, founds=founds, faults=faults)
    process.start()
    return founds, faults
