"""What our commands share: an error of ours ends a command with one sentence and exit status 2, never with a traceback."""

import argparse
import os
import sqlite3
import sys
from abc import abstractmethod

from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings

from archive.errors import GongbaoError


class GongbaoCommand(ScrapyCommand):
    """A command that needs no crawler. `work` returns the exit status; what it prints is for people."""

    requires_project = True
    requires_crawler_process = False
    settings: Settings  # set by scrapy.cmdline before run()

    @abstractmethod
    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Do what the command is for; raise GongbaoError with a sentence for the user."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            self.exitcode = self.work(args, opts)
        except BrokenPipeError:  # `scrapy list | head`: who reads has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (GongbaoError, OSError, sqlite3.Error) as error:
            print(f"gongbao: {error}", file=sys.stderr)
            self.exitcode = 2
