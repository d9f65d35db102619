"""The base of our commands: an error of ours ends one with a sentence and exit status 2, never with a traceback.

Ctrl-C ends one with a line and exit status 130.
"""

import argparse
import io
import math
import os
import re
import signal
import sqlite3
import sys
from abc import abstractmethod
from collections.abc import Iterable

from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings, default_settings

from archive.errors import GongbaoError
from crawler import STOPPED, TERMINATED
from crawler.configuration import SettingError, meant


def in_words(counts: Iterable[tuple[str, int]]) -> str:
    """Counts for people, such as "3 new, 1 same"."""
    return ", ".join(f"{number} {name}" for name, number in counts)


def one_line(text: str) -> str:
    """Words of a site on one line, without the characters by which it could steer a terminal."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", " ", text)


class GongbaoCommand(ScrapyCommand):
    """A command that needs no crawler. `work` prints for people, and returns the exit status."""

    requires_project = True
    requires_crawler_process = False
    settings: Settings  # set by scrapy.cmdline before run()

    @abstractmethod
    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Parse the arguments, call the room that does the work, and print; raise GongbaoError with a sentence."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        _listen(self)
        print_anything()
        try:
            check_names([pair.partition("=")[0] for pair in opts.set], os.environ)
            check_values(self.settings)
            self.exitcode = self.work(args, opts)
        except KeyboardInterrupt:
            print("gongbao: stopped", file=sys.stderr)
            self.exitcode = STOPPED
        except BrokenPipeError:  # as in `scrapy list | head`: the reader has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except UnicodeEncodeError as error:  # a Chinese argument or path under LC_ALL=C
            print(f"gongbao: {error.object!r} is not of this system's encoding: set PYTHONUTF8=1", file=sys.stderr)
            self.exitcode = 2
        except (GongbaoError, OSError, sqlite3.Error) as error:
            print(f"gongbao: {error}", file=sys.stderr)
            self.exitcode = 2
        finally:
            for number in (
                signal.SIGINT,
                signal.SIGTERM,
            ):  # the process ends: an interrupt would only end in a traceback
                signal.signal(number, signal.SIG_IGN)


class StockCommand(GongbaoCommand):
    """One of Scrapy's own commands that cannot work here: every request of ours belongs to a crawl, with its record and its budget."""

    def short_desc(self) -> str:
        return "Not in gongbao: use `scrapy probe URL`"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        name = type(self).__module__.rpartition(".")[2]
        raise SettingError(f"gongbao has no `scrapy {name}`: `scrapy probe URL` shows what a page or a list holds")


def check_names(given: Iterable[str], environment: Iterable[str]) -> None:
    """Raise SettingError for a setting of the command line that nobody knows, and for a misspelt one of the environment.

    A name of the environment that is like no setting may be meant for somebody else: it is told, and passed over.
    """
    from crawler import settings

    known = {*settings.names, *(name for name in dir(default_settings) if name.isupper())}
    for name in given:
        if name not in known:
            raise SettingError(f"-s {name}: there is no such setting{meant(name, known)}")
    for variable in environment:
        name = variable.removeprefix("GONGBAO_")
        if name != variable and name not in known:
            said = f"{variable} in the environment: there is no such setting"
            if hint := meant(name, known):
                raise SettingError(f"{said}{hint.replace('did you mean ', 'did you mean GONGBAO_')}")
            print(f"gongbao: {said}", file=sys.stderr)


def check_values(settings: Settings) -> None:
    """Raise SettingError for a setting that must be a number and is none, or one that is too small, and for a switch that is neither
    on nor off."""
    from crawler.settings import numbers, switches

    for name, kind in numbers.items():
        least = 1 if name.startswith("CONCURRENT_") else 0  # with none at a time nothing would ever end
        try:
            fits = least <= kind(settings[name]) < math.inf
        except (TypeError, ValueError):
            fits = False
        if not fits:
            word = "whole number" if kind is int else "number"
            raise SettingError(f"{name}: {settings[name]!r} is not a {word}, {least} or more")
    for name in sorted(switches):
        try:
            settings.getbool(name)
        except ValueError:
            raise SettingError(f"{name}: {settings[name]!r} is neither True nor False") from None


def print_anything() -> None:
    """Let a terminal that knows no Chinese, as with LC_ALL=C, show `\\u660e` in the place of a sign, where Python would give up.

    It can be set only as long as the stream leads where it led when Python opened it, so `run.warm` calls this too.
    """
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors != "backslashreplace":
        sys.stdout.reconfigure(errors="backslashreplace")


def _listen(command: GongbaoCommand) -> None:
    """Let Ctrl-C, and for some commands SIGTERM, interrupt the command's work."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if type(command).__module__.rpartition(".")[2] in TERMINATED:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
