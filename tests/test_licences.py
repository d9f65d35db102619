"""The lock files, and the licences of what they name."""

import re
from pathlib import Path

import pytest

from tests.licences import DEVELOPERS, LOCK, ROOT, licence, page, pinned

MAY_BE_USED = re.compile(
    r"(The )?(Apache|BSD|MIT|PSF|Python Software|ISC|MPL|Mozilla|LGPL|Zlib|0BSD|CC0|ZPL|CNRI|Public Domain)"
)


def is_free(stated: str) -> bool:
    """Whether one of the licences that a user may choose from goes with Apache-2.0, in all its parts."""
    return any(all(MAY_BE_USED.match(part) for part in choice.split(" AND ")) for choice in stated.split(" OR "))


@pytest.mark.parametrize(
    ("stated", "free"),
    [
        ("MIT", True),
        ("Apache-2.0 AND MIT", True),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),
        ("AGPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("GNU Affero General Public License v3", False),
        ("", False),
    ],
)
def test_licences_are_told_apart(stated: str, free: bool) -> None:
    assert is_free(stated) == free


@pytest.mark.parametrize("package", pinned(LOCK))
def test_what_users_install_goes_with_our_licence(package: str) -> None:
    assert is_free(licence(package)), f"{package}: {licence(package)!r}"


@pytest.mark.parametrize("package", pinned(DEVELOPERS))
def test_nothing_is_under_the_agpl(package: str) -> None:
    assert not re.search("AGPL|Affero", licence(package))


def test_the_page_names_the_licence_of_each_package() -> None:
    assert (ROOT / "docs" / "licences.md").read_text("utf-8") == page(), "make licences"


def test_developers_have_the_versions_of_users() -> None:
    developers = pinned(DEVELOPERS)
    assert {name: versions for name, versions in pinned(LOCK).items() if developers.get(name) != versions} == {}


def test_users_have_no_test_tools() -> None:
    assert not pinned(LOCK).keys() & {"pytest", "hypothesis", "mypy", "ruff", "selenium", "atheris", "distributed"}


@pytest.mark.parametrize("lock", [LOCK, DEVELOPERS], ids=lambda lock: lock.name)
def test_every_package_has_a_hash(lock: Path) -> None:
    heads = re.findall(r"(?m)^[a-z0-9-]+==.*\n(.*)", lock.read_text("utf-8"))
    assert [line for line in heads if "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("lock", [LOCK, DEVELOPERS], ids=lambda lock: lock.name)
def test_the_build_tool_is_pinned(lock: Path) -> None:
    assert "setuptools" in pinned(lock)
