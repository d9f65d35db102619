"""Comments and docstrings are plain: the subject first, the thing named (CONTRIBUTING.md, "Plain English")."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("archive", "crawler", "spiders", "pipelines")
# "what a page says", "who asks", "of each the last": clauses that leave the thing without its name
RIDDLE = re.compile(r"^\W*of\b|\b(?:what|whatever|who|whoever|whose|of which|that which)\b", re.IGNORECASE)
MOST = 0.03


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def comments(path: Path) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type == tokenize.COMMENT and "noqa" not in token.string and "type: ignore" not in token.string:
            yield token.start[0], token.string.lstrip("# ")


def one_line_docstrings(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text and "\n" not in text:
                yield node.body[0].lineno, text


def riddles(texts: list[tuple[Path, int, str]]) -> list[str]:
    return [f"{path.relative_to(ROOT)}:{line}: {text}" for path, line, text in texts if RIDDLE.search(text)]


def test_comments_name_the_thing() -> None:
    texts = [(path, *one) for path in sources() for one in comments(path)]
    assert len(riddles(texts)) <= MOST * len(texts), "\n".join(riddles(texts))


def test_docstrings_of_one_line_name_the_thing() -> None:
    texts = [(path, *one) for path in sources() for one in one_line_docstrings(path)]
    assert len(riddles(texts)) <= MOST * len(texts), "\n".join(riddles(texts))
