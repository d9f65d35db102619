"""Places by their codes of GB/T 2260: all codes since 1980, with their names, years and successors, from places.tsv."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

NATIONAL = "100000"
_INVENTED = re.compile(r"99(?!9999)\d{4}")  # GB/T 2260 gives no code of 99: demos and tests invent places there


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A code's name over some years. It ended in the year `until`, "" when it is in force."""

    name: str
    since: str
    until: str
    successors: tuple[str, ...]

    def was_in_force(self, year: str) -> bool:
        return self.since <= year and (not self.until or year < self.until)


@cache
def table() -> Mapping[str, tuple[Place, ...]]:
    """The names of each code, the oldest first."""
    found: dict[str, tuple[Place, ...]] = {}
    for line in (files("archive.texts") / "places.tsv").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, name, since, until, successors = line.split("\t")
        place = Place(name=name, since=since, until=until, successors=tuple(successors.split()))
        found[code] = (*found.get(code, ()), place)
    return found


def is_code(code: str) -> bool:
    """Whether a place has or had this code, or may be invented with it (99…)."""
    return code == NATIONAL or code in table() or _INVENTED.fullmatch(code) is not None


def is_in_force(code: str) -> bool:
    return code in table() and not table()[code][-1].until


def name_of(code: str, day: str = "") -> str:
    """The name of a code's place on an ISO 8601 day, or its last one; "" for a code that is not in the table.

    Before the code came up, it is the name under the one code that it followed (即墨市 until 2017, then 即墨区); where it
    followed several, the name under the one that begins with the same two characters.
    """
    names = table().get(code, ())
    if not names or not day:
        return names[-1].name if names else ""
    year = day[:4]
    if found := [place.name for place in names if place.was_in_force(year)]:
        return found[0]
    if year >= names[0].since:
        return names[-1].name
    before = [place.name for old in _predecessors().get(code, ()) for place in table()[old] if place.was_in_force(year)]
    like = [name for name in before if name[:2] == names[0].name[:2]] or before
    return like[0] if len(like) == 1 else names[0].name


@cache
def _predecessors() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, names in table().items():
        for place in names:
            for follower in place.successors:
                found[follower] = (*found.get(follower, ()), code)
    return found


@cache
def other_codes(prefix: str) -> tuple[str, ...]:
    """The codes outside a prefix of a code under which its places are found too.

    They are the predecessors of the codes in force within the prefix (3701 济南 has 371202 莱城区 too), and the successors
    of a code that has ended (370282 即墨市 has 370215 即墨区), with all that lies in them (372800 临沂地区 has 371300 临沂市).
    """
    whole = prefix.ljust(6, "0")
    within = [code for code in table() if code.startswith(prefix) and is_in_force(code)]
    found = set(_followed(within, _predecessors()))
    if whole in table() and not is_in_force(whole):
        successors = {code: names[-1].successors for code, names in table().items()}
        inner = tuple(code.removesuffix("00") for code in _followed([whole], successors))
        found |= {code for code in table() if code.startswith(inner)}
    return tuple(sorted(code for code in found if not code.startswith(prefix)))


def _followed(codes: Iterable[str], steps: Mapping[str, tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    waiting = list(codes)
    while waiting:
        for code in steps.get(waiting.pop(), ()):
            if code not in found:
                found.add(code)
                waiting.append(code)
    return found


# names as codes


def codes_named(name: str) -> list[str]:
    """The codes of the places that a publisher's name begins with, each with the name's whole chain of places.

    山东省济南市历下区人民政府 is 370102 alone, 鼓楼区人民政府 has four codes. The longest name counts: 吉林市 is no province.
    Codes in force leave out ended ones, those of a prefecture (ending in 00) all others, and those inside a prefecture
    those outside one. 青岛政务网 and 中国青岛 name 青岛市.
    """
    name = re.sub(r"^中国(?=[^\s人])[·.、 ]?", "", name)
    for code, places in table().items():
        if code.endswith("0000") and name.startswith(places[-1].name):
            below = _begun(name[len(places[-1].name) :], code[:2])
            return below or [code]
    if begun := _begun(name, ""):
        return begun
    short = [code for code in _names() if code.endswith("00") and re.match(f"{_stem(code)}(?:政府|政务|$)", name)]
    return [code for code in short if not code.endswith("0000")] or short


@cache
def _names() -> Mapping[str, str]:
    """The last name of each code."""
    return {code: places[-1].name for code, places in table().items()}


def _stem(code: str) -> str:
    """青岛 for 青岛市, 山东 for 山东省, 广西 for 广西壮族自治区; a name in full for all else below the provinces."""
    name = _names()[code]
    if code.endswith("0000"):
        return re.sub(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$", "", name)
    return name.removesuffix("市")


def _begun(name: str, within: str) -> list[str]:
    """The codes below `within` with the longest names that `name` begins with, gone down as far as it goes."""
    places = [
        (code, place)
        for code, place in _names().items()
        if code.startswith(within) and not code.endswith("0000") and name.startswith(place)
    ]
    longest = max((len(place) for _, place in places), default=0)
    codes = [code for code, place in places if len(place) == longest]
    for is_better in (is_in_force, _is_prefecture, _lies_in_a_prefecture):
        codes = [code for code in codes if is_better(code)] or codes
    if len(codes) == 1 and _is_prefecture(codes[0]):
        return _begun(name[longest:], codes[0][:4]) or codes
    return codes


def _is_prefecture(code: str) -> bool:
    return code.endswith("00")


def _lies_in_a_prefecture(code: str) -> bool:
    return f"{code[:4]}00" in _names()
