"""What the templates share: the blocks of a text as HTML, the words of a list's entry, the pages of a list."""

from html import escape

from tests.replica.world import Article, Block


def body(blocks: tuple[Block, ...], paragraph: str) -> str:
    """The blocks as HTML; `paragraph` wraps a paragraph: `<p>%s</p>`."""
    return "\n".join(_block(block, paragraph) for block in blocks)


def _block(block: Block, paragraph: str) -> str:
    if block.markup:
        return block.markup
    inner = "<br>".join(escape(line, quote=False) for line in block.lines)
    if block.kind == "table":
        return _table(block.lines)
    if block.kind == "bold":
        return paragraph.replace("%s", f"<strong>{inner}</strong>")
    if block.kind == "caption":
        picture = '<p style="text-align:center"><img src="/images/w0200309.jpg" width="600" alt=""></p>'
        return f'{picture}\n<p style="text-align:center"><span style="font-family:楷体">{inner}</span></p>'
    return paragraph.replace("%s", inner)


def _table(rows: tuple[str, ...]) -> str:
    lines = ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row.split("\t")) + "</tr>" for row in rows]
    return '<table border="1" cellspacing="0" cellpadding="4"><tbody>\n' + "\n".join(lines) + "\n</tbody></table>"


def listed_title(article: Article) -> tuple[str, str]:
    """What a list's link shows, and the whole title for its `title` attribute, both escaped."""
    if article.listed == "":
        return '<img src="/images/pic.png">', ""
    return escape(article.listed or article.title), escape(article.title)


def date_of(article: Article) -> str:
    """The day that a list prints, divided over lines when the article asks for it."""
    return article.day.replace("-", "-\n            ") if article.split_date else article.day


def paged(entries: tuple[Article, ...], size: int) -> list[tuple[Article, ...]]:
    """The pages of a list; an empty list has one page."""
    return [entries[start : start + size] for start in range(0, len(entries), size)] or [()]
