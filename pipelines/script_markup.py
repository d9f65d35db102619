"""Articles that a page carries as a string in a script, for the script to show."""

import json
import re

from lxml import etree

_STRING = re.compile(r'"(?:content|detail|body|html|articleContent)"\s*:\s*("(?:[^"\\]|\\.)*")', re.I)
_SHORTEST = 60  # characters of markup


def scripted_markup(tree: etree._Element) -> str:
    """The longest string of markup that a script holds under a name such as content; "" when there is none.

    The directories of public information in Guangdong (gkmlpt) are built so: `"DETAIL": {"content": "\\u003Cp…"}`.
    """
    found = ""
    for script in tree.iter("script"):
        for match in _STRING.finditer(script.text or ""):
            try:
                text = json.loads(match[1], strict=False)
            except ValueError:
                continue
            if len(text) > max(len(found), _SHORTEST) and "<" in text:
                found = text
    return found
