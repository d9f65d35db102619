"""The help of every command, which Scrapy's formatter makes a heading of wherever a wrapped line ends in a colon."""

import pkgutil
import re
from argparse import ArgumentParser
from importlib import import_module

import pytest
from scrapy.commands import ScrapyHelpFormatter
from scrapy.utils.project import get_project_settings

from crawler import commands

NAMES = [module.name for module in pkgutil.iter_modules(commands.__path__) if not module.ispkg]


@pytest.mark.parametrize("columns", [80, 100, 120])
@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_an_option_becomes_a_heading(name: str, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    command = import_module(f"crawler.commands.{name}").Command()
    command.settings = get_project_settings()
    parser = ArgumentParser(
        f"scrapy {name}",
        description=command.long_desc(),
        formatter_class=ScrapyHelpFormatter,
        conflict_handler="resolve",
    )
    command.add_options(parser)
    headings = re.findall(r"(?m)^(.+)\n(?:=+|-+)$", parser.format_help())
    assert "Options" in headings
    assert set(headings) <= {"Usage", "Options", "Global Options"}
