"""Scrapy's settings for gongbao. Each can be given as `-s NAME=value` or as GONGBAO_NAME in the environment."""

import os
from importlib.resources import files

from scrapy.settings import default_settings

BOT_NAME = "gongbao"
SPIDER_MODULES = ["spiders"]
SPIDER_LOADER_CLASS = "spiders.loader.SourceSpiderLoader"
COMMANDS_MODULE = "crawler.commands"

# ours
ARCHIVE_DIR = "data"
SOURCES = str(files("crawler") / "sources")
PRIVATE_HOSTS = ""
EXTRACT_WORKERS = os.cpu_count() or 1
VANTAGE = ""
NOW = ""
TIMESTAMP_URL = ""  # an authority (RFC 3161) that timestamps each link of the chain; "": none
CONTACT = ""  # an address or URL by which site operators reach the operator of this crawler
LIST_PAGES_MAX = 2000  # a longer list is a trap
REQUESTS_PER_DAY = 50_000  # requests to one source; 0: no limit
BYTES_PER_DAY = 5 * 1024**3
NOTIFY = ""  # apprise URLs, divided by blanks, to notify when a source breaks or recovers
PING_URL = ""  # a URL requested after each run, so that a monitor notices when runs stop

# identity and politeness
USER_AGENT = "gongbao/0.1 (archive of government press releases)"
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0  # least seconds between two requests to a host; a source may declare its own
DOWNLOADER = "crawler.network.slots.SteadyDownloader"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 64  # waiting requests count too: with fewer than there are hosts, some hosts would idle
DOWNLOAD_TIMEOUT = 30.0
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 16 * 1024 * 1024
DOWNLOAD_FAIL_ON_DATALOSS = False  # the middleware Length judges an answer that is shorter than announced
ATTACHMENTS = 200  # linked files that a crawl asks for, at most; 0: none
ATTACHMENT_MAXSIZE = 20 * 1024 * 1024
ATTACHMENT_TIMEOUT = 120.0
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "Accept-Encoding": "gzip, deflate",  # only encodings every WARC reader can decode
}
COOKIES_ENABLED = True
REDIRECT_MAX_TIMES = 5
# the ledger decides what is asked twice: a filter of Scrapy's would drop redirects without a word to anybody
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
HTTPPROXY_ENABLED = False  # ignore proxies of the environment: they hide the crawler, and resolve names past our guard
CONCURRENT_ITEMS = 1  # Scrapy starts so many tasks for each response, and a page is one item
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
HTTPERROR_ALLOWED_CODES: list[int] = []

# addresses that must never be reached
DOWNLOAD_HANDLERS = {
    "http": "crawler.run.handler.BoundedHandler",
    "https": "crawler.run.handler.BoundedHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOAD_VERIFY_CERTIFICATES = True
TWISTED_DNS_RESOLVER = "crawler.network.guard.GuardedResolver"
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

DOWNLOADER_MIDDLEWARES = {
    "crawler.run.drawn.DrawnLists": 5,  # far from the wire: a browser draws the answers that all others have let through
    "crawler.network.guard.GuardMiddleware": 10,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    # unused here, and each costs every page a little
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "crawler.network.robots.RobotsMiddleware": 100,
    "crawler.network.refresh.Refresh": 580,
    "crawler.network.download.Decompression": 590,
    "crawler.network.pace.BackOffMiddleware": 600,  # sees a busy answer before it is retried
    "crawler.network.cookies.Cookies": 700,
    "crawler.run.budget.BudgetMiddleware": 940,
    "crawler.run.capture.CaptureMiddleware": 950,  # near to the wire: bodies as they were sent
    "crawler.network.download.Length": 960,  # nearer still: an answer that broke off is no capture
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # drops a request without a word to anybody
}
ITEM_PIPELINES = {
    "pipelines.read.ReadPipeline": 100,
    "pipelines.store.StorePipeline": 200,
}
EXTENSIONS = {
    "crawler.run.watch.Watch": -1,  # its line is gone when the summary is printed
    "crawler.run.record.CrawlRecord": 0,
    "crawler.run.attachments.Attachments": 0,
}
# Scrapy imports an extension even when it is off: with these come aiohttp and Twisted's conch, .15 s of a core at every start
_UNUSED = ("scrapy.extensions.remote_control.RemoteControl", "scrapy.extensions.telnet.TelnetConsole")
EXTENSIONS_BASE = {name: place for name, place in default_settings.EXTENSIONS_BASE.items() if name not in _UNUSED}

LOG_LEVEL = "WARNING"
DEFAULT_DROPITEM_LOG_LEVEL = "INFO"
WARN_ON_GENERATOR_RETURN_VALUE = False

names = frozenset(name for name in globals() if name.isupper())  # ours, and those of Scrapy's that we set
numbers = {name: type(globals()[name]) for name in names if type(globals()[name]) in (int, float)} | {
    "RETRY_TIMES": int
}
switches = frozenset(name for name in names if type(globals()[name]) is bool)
for _name, _value in os.environ.items():
    if _name.startswith("GONGBAO_"):
        globals()[_name.removeprefix("GONGBAO_")] = _value
if CONTACT:
    USER_AGENT = f"{USER_AGENT.removesuffix(')')}; +{CONTACT})"
