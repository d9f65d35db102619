"""The turns of a transcript, each with its speaker: press conferences, interviews, online talks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from archive.model import Turn, TurnKind
from pipelines.evidence import candidates, is_dialogue, speaking
from pipelines.introductions import office_of
from pipelines.labelled import Layout, Mark, marks

_MOST = 5_000  # places with a label; a text with more is a list
_SIGNED: tuple[Layout, ...] = ("colon", "brackets")  # a speaker may have one of these among labels of another layout


def find_turns(text: str, emphasised: Mapping[str, str] = MappingProxyType({})) -> tuple[Turn, ...]:
    """The turns of a dialogue, in order; () when the text is none. `emphasised`: see `Release.emphasised`.

    A place may open a turn when a label stands there in one of these layouts: a colon of any width behind it, brackets
    around it, a bar or a dash behind it, a table's first cell, a line of its own, emphasis alone, a blank behind a
    bullet, a time, 问 or 答. Bullets, numbers, times, an office in brackets and blanks within a name may go with each of them, and
    behind the end of a sentence a label with a colon may stand inside a paragraph (问：…？答：…).

    Whether a label names a speaker is a matter of points, 3.5 of which are enough (pipelines/evidence.py):
    its form (3 a role word, 2 a person with office or honorific, 1 a name by its form or a word for people, 0 or -1
    other words); 1 for each further use, two at most; 2 for an introduction with an office anywhere in the text; 1.5
    when the words before it ask or invite to speak, 1 more when they do so by name; 1.5 when it stands between two uses
    of one other label; 1.5 when most of its speeches have signs of talk (a question, 您, 我, 谢谢, 大家), or 1 for a 我们
    or 我市 in one; 1.5 when a label of those who ask does ask; 0.5 for emphasis; 1 when role words, or other labels that
    come back, are printed alike; 2 for those who ask and those who answer when an answer greets (您好，来信收悉). A label behind which no sentence stands names nobody.

    A text is a dialogue when two speakers have three turns, and one of them moderates, or asks and is a role word or
    does ask; a question or letter and its answer alone are one too; without these, when two labels come back, and two speakers are persons by office or name and a third of
    the turns are talk or handed over, or six turns are and half of them so. Of several layouts the one that gives most
    turns is taken; a known speaker may also stand with a colon or brackets.

    `speaker` is the person or the role word; an outlet or an office is the role, from the label or the introduction.
    A label that the same speaker repeats goes on in the same turn. From the first label on everything belongs to a
    turn, to the end of the text: the spans and what lies between them (line end and label) concatenate to it.
    """
    found = marks(text, emphasised)
    if not 2 <= len(found) <= _MOST:
        return ()
    accepted = max((_accepted(text, found, layout) for layout in sorted({mark.layout for mark in found})), key=len)
    return _turns(accepted, _roles(text, accepted), text)


def _accepted(text: str, found: Sequence[Mark], layout: Layout) -> list[Mark]:
    """The marks that open turns when the labels are printed in this layout; [] when the text is no dialogue then."""
    speakers = speaking(text, candidates(text, found, layout))
    if not is_dialogue(text, speakers):
        return []
    names = {one.speaker for one in speakers}
    own = {mark.start for one in speakers for mark in one.marks}
    return [mark for mark in found if mark.start in own or (mark.named.speaker in names and mark.layout in _SIGNED)]


def _roles(text: str, accepted: Sequence[Mark]) -> dict[str, str]:
    """Each person's role: the introduction's, which says more than a label that ends like it, else the label's."""
    roles: dict[str, str] = {}
    for mark in accepted:
        if not mark.named.is_role and not roles.get(mark.named.speaker):
            roles[mark.named.speaker] = mark.named.role
    for speaker, role in roles.items():
        office = office_of(speaker, text)
        roles[speaker] = office if office.endswith(role) else role
    return roles


def _turns(accepted: Sequence[Mark], roles: Mapping[str, str], text: str) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    asked = False
    ends = [*(mark.start for mark in accepted[1:]), len(text) + 1]
    for mark, following in zip(accepted, ends, strict=False):
        end = following - 1 if text[following - 1 : following] in ("\n", "") else following
        who = mark.named
        role = who.role if who.is_role else roles[who.speaker]
        if turns and (turns[-1].speaker, turns[-1].role) == (who.speaker, role):
            turns[-1] = replace(turns[-1], length=end - turns[-1].start)
            continue
        asked = asked or who.kind == "question"
        kind: TurnKind = who.kind or ("answer" if asked else "statement")
        # a label may fill its line: then the speech begins on the next
        start = min(mark.said + (text[mark.said : mark.said + 1] == "\n"), end)
        turns.append(Turn(speaker=who.speaker, role=role, kind=kind, start=start, length=end - start))
    return tuple(turns)
