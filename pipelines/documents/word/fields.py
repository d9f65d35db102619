"""Fields of Word that show something and have no result: equations, and the boxes of a form."""

import re

from lxml import etree

from pipelines.documents.package import local, value

_EQUATION = re.compile(r"\s*EQ\b", re.IGNORECASE)
_FORMAT = re.compile(r'\\\*\s*(?:"[^"]*"|\S+)')  # says how the field looks: \* jc2 \* "Font:宋体" \* hps10
_SWITCH = re.compile(r"\\([a-z]+)(?:\s*\d+)?", re.IGNORECASE)
_OVER = "o"  # the switch that draws signs over each other
_RAISED = re.compile(r"\s*\\s\\up", re.IGNORECASE)
_FRAMES = "□○〇◯△◇☐"
_FRAMED = {"√": "☑", "✓": "☑", "✔": "☑", "×": "☒", "✕": "☒", "✗": "☒"}
_CIRCLES = "○〇◯"
_CIRCLED = range(1, 21)  # numbers that have a sign in a circle
_LONGEST = 500  # characters of an equation that is read
_DEEPEST = 20  # equations in each other
_ON, _OFF = "☑", "□"


def shown_by(code: str) -> str:
    """The words that a field's code shows by itself; "" for any but an equation.

    Word makes its framed signs, its readings above a sign and its merged signs as equations, in DOC files all of them:
    `EQ \\o\\ac(□,√)` is ☑, `EQ \\o\\ac(○,3)` is ③, `EQ \\o\\ad(\\s\\up 9(pí),陂)` is 陂, `EQ \\f(1,3)` is 1/3, `EQ \\r(2,x)` is √x. The arguments of
    all other switches follow each other.
    """
    found = _EQUATION.match(code)
    if found is None or len(code) > _LONGEST:
        return ""
    return "".join(_equation(_FORMAT.sub("", code[found.end() :]), _DEEPEST).split())


def _equation(code: str, deepest: int) -> str:
    """The words of an equation: those between its switches, and those of the arguments."""
    written, at, switches = [], 0, [""]
    while at < len(code):
        if switch := _SWITCH.match(code, at):
            switches.append(switch[1].lower())
            at = switch.end()
        elif code[at] == "(" and len(switches) > 1 and deepest:
            end = _closing(code, at)
            written.append(_combined(switches, _arguments(code[at + 1 : end]), deepest - 1))
            at, switches = end + 1, [""]
        else:
            at += code[at] == "\\"  # a sign that is no switch: \,
            written.append(code[at : at + 1])
            at += 1
    return "".join(written)


def _combined(switches: list[str], arguments: list[str], deepest: int) -> str:
    words = [_equation(one, deepest).strip() for one in arguments]
    if switches[1] == "f" and len(words) == 2:
        return "/".join(words)
    if switches[1] == "r":  # a root, its degree before it
        return f"√{words[-1]}"
    if switches[1] != _OVER or len(words) != 2:
        return "".join(words)
    if _RAISED.match(arguments[0]) and "\\" not in arguments[1]:  # a reading above its sign
        return words[1]
    frame, framed = words if words[0] in _FRAMES else words[::-1]
    if frame not in _FRAMES or not frame:
        return "".join(words)
    if frame in _CIRCLES and framed.isdecimal() and int(framed) in _CIRCLED:
        return chr(ord("①") + int(framed) - 1)
    return _FRAMED.get(framed, framed or frame)


def _closing(code: str, start: int) -> int:
    """The place of the bracket that closes the one at `start`."""
    depth = 0
    for at in range(start, len(code)):
        depth += (code[at] == "(") - (code[at] == ")")
        if not depth:
            return at
    return len(code)


def _arguments(code: str) -> list[str]:
    """The arguments in a bracket, divided by commas that stand in no further one."""
    found, depth = [""], 0
    for sign in code:
        depth += (sign == "(") - (sign == ")")
        if sign in ",，;" and not depth:
            found.append("")
        else:
            found[-1] += sign
    return found


def answered(form: etree._Element | None) -> str:
    """The sign or the word that a field of a form shows: the tick in its box, the entry that was chosen from its list."""
    for field in () if form is None else form:
        said = {local(one): value(one, "val") for one in field}
        if local(field) == "checkBox":
            return _OFF if said.get("checked", said.get("default", "0")) in ("0", "false", "off") else _ON
        if local(field) == "ddList":
            entries = [value(one, "val") for one in field if local(one) == "listEntry"]
            chosen = said.get("result", said.get("default", "0"))
            return entries[int(chosen)] if chosen.isdecimal() and int(chosen) < len(entries) else ""
    return ""
