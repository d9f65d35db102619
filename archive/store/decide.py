"""The rules by which a release that was read becomes new, a version, or nothing; `releases.save` does what they decide.

No rule here asks a database or a clock: each is a function of what was read and of what is known. A new rule belongs

- in `first_reading`, when it says which page may become a release at an address that holds none (its words: texts/first_sight.py);
- in `is_same`, when it says which differences from the held release count at all;
- in `doubt`, when it says which page must not replace the held release;
- in `noise_problem`, when it says which differences of the text are no edit of the publisher's;
- in `changed_fields`, when it says which differences of fields and files are an edit of the publisher's.

A rule that needs to know more gets it as a further field of `Held` or `Known`, which releases.py reads from the database.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from archive.model import (
    OPEN_END,
    TORN,
    ChangedName,
    Doubt,
    Listed,
    LookOutcome,
    Metadata,
    MissedState,
    Provenance,
    ProvenanceField,
    Refusal,
    Release,
    SaveOutcome,
    VersionKind,
)
from archive.texts import first_sight, noise, notices
from archive.texts.first_sight import Sight
from archive.texts.normalised import normalised
from archive.texts.sentences import are_alike
from archive.urls import canonical

COLLAPSED = 5  # a text that shrinks to less than a fifth of the held one is a broken page, not an edit
RESTLESS = 5  # looks in a row that each found another text: from then on, the places that keep changing are noise

# the fields whose change is an edit; `published_meta` and `language` say nothing that a reader sees
FIELDS = tuple(name for name in get_args(ChangedName) if name not in ("title", "text", "attachments"))

Write = Literal["nothing", "insert", "replace", "correct", "confirm", "add"]


@dataclass(frozen=True, kw_only=True)
class Held(Metadata):
    """A held release, as far as the rules ask for it."""

    id: int
    version: int
    title: str
    text: str
    text_key: str
    changed: str  # when its current version was first seen
    capture: int | None = None  # the page that its current version was read from
    problems: tuple[str, ...] = ()
    reader: int = 0  # the version of the rules that its fields were read by
    files: frozenset[str] | None = None  # keys of the files that belong to it; None: not known
    listed: frozenset[ProvenanceField] = frozenset()  # the fields that its list gave

    @property
    def restless(self) -> bool:
        """Whether its page is known to differ at every look."""
        return any(problem.startswith("restless:") for problem in self.problems)

    @property
    def restless_fields(self) -> bool:
        """Whether its fields are known to differ at every look."""
        return any(problem.startswith("restless-fields:") for problem in self.problems)


@dataclass(frozen=True, kw_only=True)
class Twin:
    """A release of the source that has the very text of the page that was read, at another address."""

    id: int
    listed: str  # the title that its list gives it, "" when no list does
    title: str  # its page's own title, "" when it shows none
    version: int
    bare: bool = False  # no file and no picture belongs to it


@dataclass(frozen=True, kw_only=True)
class Known:
    """Facts about the address and its earlier looks, beside the held release itself."""

    listed: Listed | None = None  # the address's entry in the ledger
    twins: tuple[Twin, ...] = ()
    refused_twin: bool = False  # the very bytes were a notice at another address
    now: str = ""  # the real time, UTC
    removed: bool = False  # one of the page's addresses was removed
    left: Held | None = None  # the release held at the listed address, when that address led to this page
    then: Held | None = None  # the version that stood at the time of a late page of others
    after: Held | None = None  # and the version that came next; None when the page does not come late
    same_bytes: bool = False  # the page was sent with the very bytes that the held text was read from
    has_text: bool = False  # a version of the held release has this very text
    outcomes: tuple[LookOutcome, ...] = ()  # the last RESTLESS looks that the page answered, newest first
    texts: tuple[str, ...] = ()  # the last RESTLESS + 1 published versions, newest first
    files: frozenset[str] | None = None  # keys of the files that belong to the release that was read
    values: tuple[tuple[str, str], ...] = ()  # fields that are empty in the held version, with the last value they had


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The rows to write for a page, and the outcome to report."""

    outcome: SaveOutcome
    reason: Refusal = ""  # why it is refused
    release: int | None = None  # the release that it is about, None for a new one
    # insert: a new release. replace: a new version, which becomes the current one. correct: the fields and parts of the
    # current version. confirm: this version of the reader reads its fields alike. add: an older version, while
    # the current one stays
    write: Write = "nothing"
    kind: VersionKind = "published"  # the kind of a new version
    changed: tuple[ChangedName, ...] = ()  # differences from the held version, with `correct` too
    held_page: bool = False  # it is read from the bytes that are held: the held page stays its source
    look: LookOutcome | None = None  # the outcome of the look at the held release; None notes no look
    answered: bool = False  # the page is the release: the next look is compared with it
    problem: str = ""  # noted on the held release, as "kind: sentence"
    redirected: int | None = None  # the release that is held at the listed address, which led elsewhere
    led: LookOutcome = "redirected"  # the outcome of the look at that release
    undone: tuple[int, ...] = ()  # releases that turn out to be a page of the site: they are released no more
    # the state of the page's listings; None leaves them as they are
    listing: Literal["held"] | MissedState | None = "held"


def decide(held: Held | None, release: Release, known: Known) -> Decision:
    """The fate of a release that was read at an address that holds `held`."""
    if release.page.origin:
        return _as_theirs(_of_others(held, release, known))
    if known.removed:
        return _refused_listing(release, "removed", "skipped")
    if known.left is None:
        if held and _leads_elsewhere(release) and first_sight.is_notice(sight_of(release, release.page.listed)):
            return _refused_listing(release, "notice", "failed")
        return _decide(held, release, known)
    if _says_missing(release, known.left.title):
        id = known.left.id
        return Decision(outcome="refused", reason="soft-404", release=id, redirected=id, listing=None)
    if _says_notice(release, known.left.title, release.page.listed):
        id = known.left.id
        return Decision(outcome="refused", reason="notice", release=id, redirected=id, led="unreachable", listing=None)
    if notices.is_another_page(known.left.title, known.left.text, release.title, release.text):
        id = known.left.id
        found = Decision(outcome="refused", reason="redirected", release=id, redirected=id, listing=None)
        return replace(found, led="unreachable") if _is_a_check(release) else found
    return replace(_decide(held, release, known), redirected=known.left.id)


def _of_others(held: Held | None, release: Release, known: Known) -> Decision:
    """The fate of a page that others captured: its time, not its turn, says which version it is compared with."""
    if known.removed:
        return Decision(outcome="refused", reason="removed")
    if held is None:
        found = first_reading(release, known)
        vouched = is_vouched(release, known) or first_sight.stands_alone(sight_of(release, _entry(release, known)))
        return found if vouched or found.write == "nothing" else Decision(outcome="refused", reason="notice")
    if known.after is None:
        return _decide(held, release, known)
    return replace(_late(release, known, known.after), release=held.id)


def _late(release: Release, known: Known, after: Held) -> Decision:
    """A page that comes late: it is the version that stood at its time, or another one between two that are held."""
    reason, _ = doubt(known.then or after, release, replace(known, listed=None))
    if reason and reason != "collapsed":
        return Decision(outcome="refused", reason=reason, look="unreachable" if reason == "notice" else "missing")
    added = Decision(outcome="changed", write="add", look="changed")
    if known.then is None:
        return added
    found = _decide(known.then, release, replace(known, same_bytes=False))
    if found.outcome == "changed":
        return replace(added, changed=found.changed)
    outcome = "same" if found.outcome == "reread" else found.outcome
    return replace(found, write="nothing", outcome=outcome, answered=False)


def _as_theirs(found: Decision) -> Decision:
    """A decision about a page of others: it notes no fault of ours, and undoes nothing that we read ourselves."""
    return replace(found, problem="", undone=(), listing="held" if found.listing == "held" else None)


def _decide(held: Held | None, release: Release, known: Known) -> Decision:
    if held is None:
        return first_reading(release, known)
    if release.page.reread:
        return _reread(held, release)
    alike = is_same(held, release)
    if _is_earlier(held, release, known, alike):
        same = Decision(outcome="same", release=held.id, look="same", answered=True)
        return same if alike else _earlier(held, release, known)
    if not alike and (refused := _refused_look(held, release, known)):
        return refused
    if known.same_bytes and not (alike and is_read_alike(held, release)):
        # the publisher changed nothing: our reading did
        return replace(_reread(held, release), look="same", answered=True, held_page=True)
    noise_found = "" if alike else noise_problem(held, release, known)
    if noise_found is None:
        changed = (*_changed_words(held, release), *changed_fields(held, release, known))
        if _was_torn(held, release):
            return replace(_CHANGED, outcome="reread", kind="reread", release=held.id, changed=changed)
        return replace(_CHANGED, release=held.id, changed=changed)
    found = _same_text(held, release, known)
    return replace(found, problem=noise_found) if noise_found else found


def _is_earlier(held: Held, release: Release, known: Known, alike: bool) -> bool:
    """Whether a page is older than the held text, as an import may bring it.

    A change later than the real time says that the clock was wrong, then or now. Another text is then a new one; the same
    text tells nothing, since days are doubted by the time of the fetch.
    """
    wrong = bool(known.now) and held.changed > known.now
    return release.page.fetched < held.changed and (alike or not wrong)


_CHANGED = Decision(outcome="changed", write="replace", look="changed", answered=True)


def _refused_look(held: Held, release: Release, known: Known) -> Decision | None:
    reason, problem = doubt(held, release, known)
    if not reason:
        return None
    # a page that shows something else is missing; nothing is known of one that we fail to read, or that the site hides
    hidden = reason in ("collapsed", "notice") or (reason == "another-page" and _is_a_check(release))
    hidden = hidden and not _is_withdrawn(held, release)
    look: LookOutcome = "unreachable" if hidden else "missing"
    return Decision(outcome="refused", reason=reason, release=held.id, look=look, problem=problem)


def _same_text(held: Held, release: Release, known: Known) -> Decision:
    """Title and text are the held ones, so fields and files decide.

    A difference between two versions of the reader is ours, and so is a field that is merely empty now: a version of kind
    `reread`. Fields that differed at five looks in a row are no longer followed, which is noted as a problem.
    """
    same = Decision(outcome="same", release=held.id, look="same", answered=True)
    if known.same_bytes:
        return same
    if edited := changed_fields(held, release, known):
        if held.restless_fields:
            return same
        if known.outcomes == ("changed",) * RESTLESS:
            return replace(
                same, problem=f"restless-fields: {release.page.fetched}: {', '.join(edited)} differ at every look"
            )
        return replace(_CHANGED, release=held.id, changed=edited)
    if differing := _differing(held, release):
        return replace(same, outcome="reread", write="replace", kind="reread", changed=differing)
    return same if held.reader == release.reader else replace(same, write="confirm")


def first_reading(release: Release, known: Known) -> Decision:
    """A page at an address that holds no release: it becomes one when its list's entry vouches for it.

    Refused are a page that says that something is missing, and a notice (`first_sight.is_notice`). The same text at two
    addresses of a source, under unlike titles of which its own title fits neither, is a page of the site and no release at
    either; and so are bytes that were a notice at another address. A release that was taken for one before is undone. When
    the own title fits the other address alone, the page is that release, unless its text shares the signs of its own entry.
    A line that may be the site's (`first_sight.may_be_the_sites`) is so when another article without files shows it under an
    unlike title, whatever the own titles are.
    """
    listed = _entry(release, known)
    if _says_missing(release, listed.title if listed else ""):
        return _refused_listing(release, "soft-404", "failed")
    sight = sight_of(release, listed)
    if first_sight.is_notice(sight):
        return _refused_listing(release, "notice", "failed")
    new = Decision(outcome="new", write="insert")
    if repeated := _repeating(sight, known):
        undone = tuple(one.id for one in repeated if one.version == 1)
        return replace(_refused_listing(release, "notice", "failed"), undone=undone)
    if is_vouched(release, known) or not first_sight.names_page(sight.listed, sight.text):
        return new
    unlike = [
        one
        for one in known.twins
        if first_sight.names_page(one.listed, sight.text) and _are_unlike(one.listed, sight.listed)
    ]
    owned = any(first_sight.fits_title(one.listed, one.title) for one in unlike)
    if owned and first_sight.fits_listing(sight.listed, sight.title, sight.text):
        return new
    if not unlike and not known.refused_twin:
        return new
    undone = () if owned else tuple(one.id for one in unlike if one.version == 1)
    return replace(_refused_listing(release, "notice", "failed"), undone=undone)


def may_be_the_sites(release: Release, known: Known) -> bool:
    """Whether the text is a line that is the site's when other articles show it too."""
    return first_sight.may_be_the_sites(sight_of(release, _entry(release, known)))


def _repeating(sight: Sight, known: Known) -> tuple[Twin, ...]:
    """The releases that show the same line of the site as a page does; none when one of them has files, to which it points."""
    if not first_sight.may_be_the_sites(sight) or not all(one.bare for one in known.twins):
        return ()
    named = sight.listed or sight.title
    return tuple(
        one
        for one in known.twins
        if first_sight.names_page(one.listed or one.title, sight.text) and _are_unlike(one.listed or one.title, named)
    )


def is_vouched(release: Release, known: Known) -> bool:
    """Whether the page's own title is that of its list's entry."""
    listed = _entry(release, known)
    return listed is not None and first_sight.fits_title(listed.title, _own_title(release))


def _are_unlike(title: str, other: str) -> bool:
    return not first_sight.fits_title(title, other) and not first_sight.fits_title(other, title)


def _entry(release: Release, known: Known) -> Listed | None:
    """The list's entry of the page: the one that was asked for, or the ledger's when that has no title."""
    listed = release.page.listed
    return listed if listed and listed.title else known.listed or listed


def _leads_elsewhere(release: Release) -> bool:
    listed = release.page.listed
    return listed is not None and canonical(listed.url) != canonical(release.page.url)


def _own_title(release: Release) -> str:
    by_list = any(found.field == "title" and found.rule == "list" for found in release.provenance)
    return "" if by_list else release.title


def sight_of(release: Release, listed: Listed | None) -> Sight:
    """A release as it is compared with its list's entry."""
    rules = {found.field: found.rule for found in release.provenance}
    days = {day[:10] for day in (release.published, release.published_meta) if day}
    if rules.get("published") == "list":
        days = {release.published_meta[:10]} - {""}
    day: first_sight.Day = ""
    if days and listed and listed.date:
        day = "same" if listed.date[:10] in days else "other"
    return Sight(
        listed=listed.title if listed else "",
        title=_own_title(release),
        text=release.text,
        headed=_is_headed(release),
        bare=not (release.links or release.pictures),
        day=day,
    )


def _is_headed(release: Release) -> bool:
    """Whether a page prints a day, a publisher, an issuing body or a number."""
    printed = {found.field for found in release.provenance if found.rule not in ("list", "meta")}
    return bool(printed & {"published", "publisher", "doc_number", "issuer"})


def _is_a_check(release: Release) -> bool:
    """Whether a page that stands in for another tells nothing, as a firewall's does (请按住滑块，拖动到最右边), and is no article."""
    return notices.tells_nothing(release.text) and not _is_headed(release)


def _is_withdrawn(held: Held, release: Release) -> bool:
    """Whether a line stands in the place of the held text, under the held title: the article answers, and its text was taken out.

    The line is less than a fifth of the text (`notices.is_remnant` has the rest), no file and no picture belongs to it, and it
    does not speak of an outage or a login of the site.
    """
    sight = sight_of(release, None)
    outage = first_sight.says_notice(sight) and not first_sight.tells_of_itself(sight)
    return (
        len(release.text) * COLLAPSED < len(held.text)
        and sight.bare
        and not outage
        and are_alike(held.title, sight.title)
        and notices.is_remnant(held.text, release.text)
    )


def _says_notice(release: Release, known_title: str, listed: Listed | None) -> bool:
    """Whether a page at the address of a held release has the words of a notice and is none about them."""
    if not first_sight.says_notice(sight_of(release, None)):
        return False
    witness = (
        listed if listed and first_sight.names_page(listed.title, release.text) else Listed(url="", title=known_title)
    )
    return first_sight.is_notice(sight_of(release, witness))


def _says_missing(release: Release, known_title: str) -> bool:
    """Whether a page that was read is a soft 404; `known_title` is the title that the list, or the held release, has."""
    own_title = any(found.field == "title" and found.rule != "list" for found in release.provenance)
    return notices.says_missing(
        release.title,
        release.text,
        confirmed=own_title and bool(known_title) and are_alike(known_title, release.title),
        headed=_is_headed(release),
    )


def is_same(held: Held, release: Release) -> bool:
    """Whether title and text are the held ones, apart from white space, width and punctuation."""
    return release.text_key == held.text_key and _plain(release.title) == _plain(held.title)


def changed_fields(held: Held, release: Release, known: Known) -> tuple[ChangedName, ...]:
    """The fields, and `attachments`, that the publisher changed; none when another version of the reader read the held ones.

    A field is changed when it has another value, letters and figures alone counted; one that is empty now is not, nor one
    that has its last value again after it was empty. A day and a minute of that day are the same time of publication, read
    from two places. `attachments`: the addresses of the files that belong to the release are others.
    """
    if held.reader != release.reader:
        return ()
    last = dict(known.values)
    changed: list[ChangedName] = [
        name
        for name in _differing(held, release)
        if getattr(release, name) and not _agree(last.get(name, ""), getattr(release, name))
    ]
    if None not in (held.files, known.files) and held.files != known.files:
        changed.append("attachments")
    return tuple(changed)


def _differing(held: Held, release: Release) -> tuple[ChangedName, ...]:
    return tuple(name for name in FIELDS if not _agree(getattr(held, name), getattr(release, name)))


def _agree(one: str, other: str) -> bool:
    if normalised(one) == normalised(other):
        return True
    day, time = sorted((one, other), key=len)
    return len(day) == len("2026-03-05") and time.startswith(f"{day}T")


def _changed_words(held: Held, release: Release) -> tuple[ChangedName, ...]:
    """Which of title and text differ by more than noise."""
    title: tuple[ChangedName, ...] = () if _plain(release.title) == _plain(held.title) else ("title",)
    same = release.text_key == held.text_key or (title and noise.noise_only(held.text, release.text))
    return title if same else (*title, "text")


def with_list_values(held: Held, release: Release) -> Release:
    """A page that was looked at again, with the values that the list gave when the page was new: a look has no list."""
    if release.page.listed or release.page.reread:
        return release
    given = {name: getattr(held, name) for name in held.listed if name != "title" and not getattr(release, name)}
    provenance = tuple(Provenance(field=name, rule="list", raw=value) for name, value in given.items())
    return replace(release, **given, provenance=(*release.provenance, *provenance)) if given else release


def doubt(held: Held, release: Release, known: Known) -> tuple[Doubt, str]:
    """Why a page must not replace the held release, and the problem to note; ("", "") when it may.

    `soft-404`: it says that something is missing. `notice`: the site speaks of itself. `another-page`: it has nothing in
    common with the held release; a page that is read again may, since better rules read it. Of such a page that tells
    nothing (`_is_a_check`) the look says no more than that it hides the held one. `collapsed`: less than a fifth
    of the text is left, what was taken out as repeated included; or a page that closes neither `<body>` nor `<html>` has the
    beginning of the held text alone, as a cache keeps a torn copy: found alike by the next look that differs, it is an edit. The last two defend no release that never fitted its list's
    entry against a page whose own title does.
    """
    page, had, has = release.page, len(held.text), len(release.text) + sum(cut.length for cut in release.repeats)
    if _says_missing(release, held.title) and not notices.says_missing(held.title, held.text):
        return "soft-404", ""
    witness = known.listed or Listed(url="", title=held.title)
    if not page.reread and (
        _says_notice(release, held.title, known.listed) or _repeating(sight_of(release, witness), known)
    ):
        return "notice", ""
    if _fits_better(held, release, known.listed):
        return "", ""
    if not page.reread and (
        notices.is_another_page(held.title, held.text, release.title, release.text)
        or _is_of_another(held, release, known.listed)
    ):
        return "another-page", f"another-page: {page.fetched}: {release.title[:80]}"
    lost = f"{has} characters instead of {had}"
    if has * COLLAPSED < had or (_lost_its_end(held, release) and not _is_noted(held, lost)):
        return "collapsed", f"collapsed: {page.fetched}: {lost}"
    return "", ""


def _lost_its_end(held: Held, release: Release) -> bool:
    """Whether a page that is not closed has the beginning of the held text alone."""
    if not release.page.unclosed or release.text_key == held.text_key:
        return False
    return _begins(release.text, held.text)


def _was_torn(held: Held, release: Release) -> bool:
    """Whether the held text is the beginning of the page's: its page broke off (`torn`), or may have (`open-end`), and this one is closed."""
    if release.page.unclosed or not {TORN, OPEN_END} & {*held.problems}:
        return False
    return _begins(held.text, release.text)


def _begins(torn: str, whole: str) -> bool:
    """Whether a text that may have lost its end is the beginning of another."""
    left = normalised(torn.rstrip("\ufffd"))  # the last character may be half of one
    return bool(left) and normalised(whole).startswith(left)


def _is_noted(held: Held, lost: str) -> bool:
    """Whether the look before found the very same loss."""
    return any(problem.startswith("collapsed: ") and problem.endswith(f": {lost}") for problem in held.problems)


def _fits_better(held: Held, release: Release, listed: Listed | None) -> bool:
    """Whether the page that was read is the one that its list names, and the held release never was.

    It never was when its own title is another one and the page's is the list's to the letter; else when neither its title
    nor its text fits the list's, and the page's title does.
    """
    if listed is None or not first_sight.names_page(listed.title, release.text):
        return False
    had, has = "" if "title" in held.listed else held.title, _own_title(release)
    if had and normalised(has) == normalised(listed.title) != normalised(had):
        return not _share_a_title(had, has)
    if first_sight.fits_listing(listed.title, had, held.text):
        return False
    return first_sight.fits_title(listed.title, has)


def _is_of_another(held: Held, release: Release, listed: Listed | None) -> bool:
    """Whether a page has another article of the site, as a cache gives it at a wrong address.

    Its title may be like the held one (石磨镇召开…推进会, 柳渡乡召开…推进会); but the held one is the very title of the list, and the texts
    have no sentence in common.
    """
    has = _own_title(release)
    if listed is None or not has or normalised(listed.title) != normalised(held.title):
        return False
    return not _share_a_title(held.title, has) and notices.has_nothing_of(held.text, release.text)


def _share_a_title(one: str, other: str) -> bool:
    """Whether one title is the other, or goes on from it (…的通知（修订）)."""
    a, b = normalised(one), normalised(other)
    return a in b or b in a


def noise_problem(held: Held, release: Release, known: Known) -> str | None:
    """None when a page differs by an edit; else the problem to note, "" for none.

    A page differs by noise alone when `noise.noise_only` says so, or when it is restless: five looks in a row each found
    another text. Then the places that differ among the last six versions are noise from then on, noted as a problem.
    """
    if _plain(release.title) != _plain(held.title):
        return None
    if noise.noise_only(held.text, release.text):
        return ""
    if not held.restless and known.outcomes != ("changed",) * RESTLESS:
        return None
    if not noise.is_restless(known.texts, release.text):
        return None
    if held.restless:
        return ""
    return f"restless: {release.page.fetched}: the text differs at every look; where it does, it is no longer followed"


def _reread(held: Held, release: Release) -> Decision:
    """A kept page read by better rules. Any difference counts: the publisher has no part in it."""
    changed = tuple(
        name
        for name in get_args(ChangedName)
        if name != "attachments" and getattr(held, name) != getattr(release, name)
    )
    if (release.title, release.text) == (held.title, held.text):
        return Decision(outcome="same", release=held.id, write="correct", changed=changed)
    reason, problem = doubt(held, release, Known())
    if reason:
        return Decision(outcome="refused", reason=reason, release=held.id, problem=problem)
    return Decision(outcome="reread", release=held.id, write="replace", kind="reread", changed=changed, held_page=True)


def is_read_alike(held: Held, release: Release) -> bool:
    """Whether the same version of the reader found the held fields."""
    return held.reader == release.reader and not _differing(held, release)


def _earlier(held: Held, release: Release, known: Known) -> Decision:
    """An import brought an older text than the held one: it is added as a version, and nothing else changes."""
    if _says_missing(release, held.title):
        return Decision(outcome="refused", reason="soft-404", release=held.id)
    if _says_notice(release, held.title, known.listed):
        return Decision(outcome="refused", reason="notice", release=held.id)
    if known.has_text:
        return Decision(outcome="same", release=held.id)
    return Decision(outcome="changed", release=held.id, write="add", changed=_changed_words(held, release))


def decide_unread(held: Held | None, left: Held | None, words: str, html: str = "") -> Decision:
    """The decision on a page that holds no release; `left` is held at the listed address, `words` are the page's.

    A held release stays as it is. Such a page says that it is missing when its words say so, or when it is the frame of the
    site without the held text (`notices.is_emptied`, asked of `html`); else only that we could not read it. Where nothing is
    held the listing is `failed`.
    """
    if held:
        lost = notices.says_missing("", words) or notices.is_emptied(held.text, html)
        look: LookOutcome = "missing" if lost else "unreachable"
        return Decision(outcome="refused", release=held.id, look=look, listing=None)
    if left:
        return Decision(outcome="refused", redirected=left.id, listing=None)
    return Decision(outcome="refused", listing="failed")


def _refused_listing(release: Release, reason: Refusal, state: MissedState) -> Decision:
    """No release: the listing gets this state, unless the page was only read again."""
    return Decision(outcome="refused", reason=reason, listing=None if release.page.reread else state)


def _plain(title: str) -> str:
    return "".join(title.split())
