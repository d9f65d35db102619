"""Dialogues as pages: the forms in which sites print who speaks, each as the HTML of an article."""

import html
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.model import Page, Release
from pipelines.read import read

FILE = Path(__file__).parent / "dialogues.toml"


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks: the label that a page prints, and what the archive shows."""

    label: str
    speaker: str
    office: str


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of a dialogue with its paragraphs, and its place among the turns."""

    at: int
    who: Person
    paragraphs: tuple[str, ...]

    @property
    def first(self) -> str:
        return self.paragraphs[0]

    @property
    def rest(self) -> str:
        return "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs[1:])

    @property
    def all(self) -> str:
        return f"<p>{self.first}</p>{self.rest}"

    @property
    def clock(self) -> str:
        return f"{10 + self.at // 30}:{2 * self.at % 60:02}"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A transcript: its title, the paragraphs before it, and its turns."""

    title: str
    head: str
    turns: tuple[Said, ...]

    @property
    def expected(self) -> list[tuple[str, str]]:
        """Each turn as its speaker and what was said, without white space."""
        return [(turn.who.speaker, bare("".join(turn.paragraphs))) for turn in self.turns]


def dialogues() -> list[Dialogue]:
    """All of them, in the order of their file."""
    return [_dialogue(entry) for entry in tomllib.loads(FILE.read_text("utf-8"))["dialogue"]]


def _dialogue(entry: dict[str, object]) -> Dialogue:
    people = [_person(text) for text in entry["people"]]  # type: ignore[attr-defined]
    turns: list[tuple[Person, list[str]]] = []
    for line in str(entry["said"]).strip().splitlines():
        sign, words = line.split(" ", 1)
        if sign == "+":
            turns[-1][1].append(words)
        else:
            turns.append((people[int(sign) - 1], [words]))
    said = tuple(Said(at, person, tuple(paragraphs)) for at, (person, paragraphs) in enumerate(turns))
    return Dialogue(str(entry["title"]), str(entry["head"]), said)


def _person(text: str) -> Person:
    shown, _, office = text.partition("|")
    label, _, speaker = shown.partition(">")
    return Person(label, speaker or label, office)


def bare(text: str) -> str:
    """A text without white space."""
    return re.sub(r"\s+", "", text)


def page(dialogue: Dialogue, body: str) -> bytes:
    """An article with the dialogue as its text, between a site's menu and its foot."""
    head = "".join(f"<p>{line}</p>" for line in dialogue.head.split("\n") if line)
    return (
        f"<html><head><title>{html.escape(dialogue.title)}-溟川市人民政府</title></head><body>"
        '<div class="nav"><a href="/">首页</a><a href="/a">新闻</a><a href="/b">政务公开</a></div>'
        f"<h1>{dialogue.title}</h1><div class='info'>发布时间：2026-03-05 10:20　来源：溟川发布</div>"
        f'<div class="article-content" id="zoom">{head}{body}</div>'
        '<div class="foot">主办单位：溟川市人民政府 <a href="/map">网站地图</a></div></body></html>'
    ).encode()


def found(dialogue: Dialogue, body: str) -> list[tuple[str, str]]:
    """The turns that the archive reads from such a page, in the form of `Dialogue.expected`."""
    release = read_page(page(dialogue, body))
    text = release.text
    said = [text[turn.start : turn.start + turn.length] for turn in release.turns]
    again = re.compile(rf"\n(?:{'|'.join({re.escape(turn.who.label) for turn in dialogue.turns})})：")
    return [(turn.speaker, bare(again.sub("", words))) for turn, words in zip(release.turns, said, strict=True)]


def read_page(body: bytes) -> Release:
    """A page read as the crawler reads it."""
    return read(Page(url="http://127.0.0.1/a/1.html", source="", fetched="2026-03-06T00:00:00+08:00", body=body), None)


def _spread(person: Person) -> str:
    """A name of two characters as wide as one of three."""
    label = person.label
    return "\u3000".join(label) if len(label) == 2 and not label.isascii() else label


def _office_behind(person: Person) -> str:
    return f"{person.label}（{person.office}）" if person.office and person.label == person.speaker else person.label


def _office_before(person: Person) -> str:
    plain = person.office and person.label == person.speaker and not person.speaker.isascii()
    return f"{person.office}{person.label}" if plain else person.label


def _bracketed(person: Person) -> str:
    return f"（{person.office}）" if person.office and person.label == person.speaker else ""


def _named_first(person: Person) -> str:
    han = person.office and person.label == person.speaker and not person.speaker.isascii()
    return f"{person.label} {person.office}" if han else person.label


def _lines(form: str) -> Callable[[Dialogue], str]:
    """A markup in which each turn is printed alike."""

    def render(dialogue: Dialogue) -> str:
        return "".join(
            form.format(
                who=turn.who.label,
                spread=_spread(turn.who),
                behind=_office_behind(turn.who),
                before=_office_before(turn.who),
                first=turn.first,
                rest=turn.rest,
                all=turn.all,
                clock=turn.clock,
                office=turn.who.office if turn.who.label == turn.who.speaker else "",
                bracketed=_bracketed(turn.who),
                named=_named_first(turn.who),
                n=turn.at + 1,
                joined="<br>".join(turn.paragraphs),
            )
            for turn in dialogue.turns
        )

    return render


def _inside(form: str, frame: str) -> Callable[[Dialogue], str]:
    """Such a markup inside an element around all turns."""
    return lambda dialogue: frame.format(_lines(form)(dialogue))


def _each_paragraph(dialogue: Dialogue) -> str:
    """The label before every paragraph, not at the turn's start alone."""
    return "".join(f"<p>{turn.who.label}：{words}</p>" for turn in dialogue.turns for words in turn.paragraphs)


def _answers_inside(dialogue: Dialogue) -> str:
    """Question and answer in one paragraph, where a person answers another."""
    pieces: Iterator[Said] = iter(dialogue.turns)
    result = ""
    for turn in pieces:
        follower = next(pieces, None) if len(turn.paragraphs) == 1 else None
        if follower is None:
            result += f"<p>{turn.who.label}：{turn.first}</p>{turn.rest}"
        else:
            result += f"<p>{turn.who.label}：{turn.first}{follower.who.label}：{follower.first}</p>{follower.rest}"
    return result


# the first dozen are those the rule was made with; the others were kept apart
MARKUPS: dict[str, Callable[[Dialogue], str]] = {
    "colon": _lines("<p>　　{who}：{first}</p>{rest}"),
    "bold with colon": _lines("<p><strong>{who}：</strong>{first}</p>{rest}"),
    "bold without colon": _lines("<p><b>{who}</b>　{first}</p>{rest}"),
    "square brackets, time behind": _lines("<p>[{who}] [{clock}] {first}</p>{rest}"),
    "table": _inside("<tr><td>{who}</td><td>{all}</td></tr>", "<table border=1>{}</table>"),
    "own line": _lines("<p>{who}</p>{all}"),
    "half-width colon, breaks": _inside("{who}: {joined}<br>", "<p>{}</p>"),
    "blanks in names": _lines("<p>{spread}：{first}</p>{rest}"),
    "lens brackets": _lines("<p>【{who}】{first}</p>{rest}"),
    "bar": _lines("<p>{who}丨{first}</p>{rest}"),
    "bullet": _lines("<p>■{who}：{first}</p>{rest}"),
    "time before": _lines("<p>{clock}　{who}：{first}</p>{rest}"),
    "bold own line with colon": _lines("<p><strong>{who}：</strong></p>{all}"),
    "round brackets": _lines("<p>（{who}）{first}</p>{rest}"),
    "ascii bar": _lines("<p>{who} | {first}</p>{rest}"),
    "bullet, coloured": _lines('<p>● <span style="color:#c00">{who}</span> {first}</p>{rest}'),
    "time before in brackets": _lines("<p>[{clock}:07] {who}：{first}</p>{rest}"),
    "time behind": _lines("<p>{who}（{clock}）：{first}</p>{rest}"),
    "own line with time": _lines("<p>{who}　2026-03-05 {clock}:31</p>{all}"),
    "office in brackets": _lines("<p>{behind}：{first}</p>{rest}"),
    "office before": _lines("<p>{before}：{first}</p>{rest}"),
    "bold, tight": _lines("<p><b>{who}</b>{first}</p>{rest}"),
    "definition list": _inside("<dt>{who}</dt><dd>{all}</dd>", "<dl>{}</dl>"),
    "heading": _lines("<h3>{who}</h3>{all}"),
    "boxes": _lines('<div class="item"><div class="name">{who}</div><div class="words">{all}</div></div>'),
    "colon inside brackets": _lines("<p>【{who}：】{first}</p>{rest}"),
    "every paragraph": _each_paragraph,
    "answers inside": _answers_inside,
    "bullet ◆, bold": _lines("<p>◆<strong>{who}</strong>：{first}</p>{rest}"),
    "dash": _lines("<p>{who}——{first}</p>{rest}"),
    "time before, own line": _lines("<p>2026-03-05 {clock} {who}</p>{all}"),
    "time behind the colon": _lines("<p>{who}：（{clock}）{first}</p>{rest}"),
    "time inside brackets": _lines("<p>[{clock} {who}]{first}</p>{rest}"),
    "bold with office in brackets": _lines("<p><b>{behind}</b>　{first}</p>{rest}"),
    "bold with office behind": _lines('<p><span class="speaker">{who}</span>{bracketed}{first}</p>{rest}'),
    "bracketed office before": _lines("<p>{bracketed}{who}：{first}</p>{rest}"),
    "office behind": _lines("<p>{named}：{first}</p>{rest}"),
    "table with office": _inside("<tr><td>{who}</td><td>{office}</td><td>{all}</td></tr>", "<table>{}</table>"),
    "numbered table": _inside("<tr><td>{n}</td><td>{who}</td><td>{all}</td></tr>", "<table>{}</table>"),
    "ratio sign, tinted": _lines(
        '<p style="color:#333"><span style="color:#333"><b>{who}∶</b>{first}</span></p>{rest}'
    ),
    "table with time": _inside("<tr><td>{clock}</td><td>{who}</td><td>{all}</td></tr>", "<table>{}</table>"),
    "time on the line above": _lines("<p>[2026-03-05 {clock}]</p><p>{who}：{first}</p>{rest}"),
    "time on the line between": _lines("<p>{who}</p><p>2026-03-05 {clock}:07</p>{all}"),
    "numbered": _lines("<p>{n}．{who}：{first}</p>{rest}"),
}
