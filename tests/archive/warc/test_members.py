"""Gzip members are written whole, to a length that is asked for, and told apart again."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.warc.members import member_begins_with, member_end, next_member, pack, pack_to_length, whole_until

CONTENT = "明川市人民政府召开常务会议。".encode() * 9


@given(st.binary(max_size=6000), st.binary(max_size=300))
def test_gzip_unpacks_what_was_packed_and_what_was_stored(content: bytes, stored: bytes) -> None:
    assert gzip.decompress(pack(content, stored)) == content + stored


def test_what_is_stored_is_not_packed_again() -> None:
    stored = gzip.compress(CONTENT)
    assert stored in pack(b"head", stored)


@pytest.mark.parametrize("spare", range(12))
def test_a_member_has_the_length_that_is_asked_for(spare: int) -> None:
    shortest = next(length for length in range(1000) if pack_to_length(CONTENT, length))
    member = pack_to_length(CONTENT, shortest + spare)
    assert member is not None
    assert len(member) == shortest + spare
    assert gzip.decompress(member) == CONTENT


def test_a_member_that_is_too_long_is_not_made() -> None:
    assert pack_to_length(CONTENT, 30) is None


def test_members_are_told_apart() -> None:
    first, second = pack(CONTENT), pack(b"second", b"stored")
    file = io.BytesIO(first + second)
    assert member_end(file, 0) == len(first)
    assert member_end(file, len(first)) == len(first + second)
    assert member_end(file, len(first + second)) is None
    assert next_member(file, 1) == len(first)


@pytest.mark.parametrize("end", [b"", b"\x1f\x8b", b"no member", pack(CONTENT)[:-1], pack(CONTENT)[:9] + b"\xff" * 90])
def test_whole_members_end_before_a_torn_one(end: bytes) -> None:
    whole = pack(CONTENT) + pack(b"second")
    file = io.BytesIO(whole + end)
    assert whole_until(file, 0) == len(whole)
    assert whole_until(file, len(pack(CONTENT))) == len(whole)


@pytest.mark.parametrize(
    ("content", "begins"),
    [
        (pack(b"WARC/1.1\r\n" * 2000), True),
        (pack(b"WARC/1.1\r\n" * 2000)[:40], True),
        (pack(b"head"), False),
        (b"\x1f\x8b\x08 and nothing packed", False),
    ],
    ids=["whole", "torn", "another content", "no member"],
)
def test_what_is_packed_is_known_by_its_beginning(content: bytes, begins: bool) -> None:
    assert member_begins_with(io.BytesIO(content), 0, b"WARC/") == begins
