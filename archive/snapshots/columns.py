"""The columns of `releases` in a snapshot, with an explanation each. Publishing, Datasette's metadata and the exports read it.

A column that is not named here is not published: it is emptied in a public snapshot and described nowhere.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of `releases`, explained in two languages."""

    zh: str
    en: str
    kind: Literal["string", "integer"] = "string"
    exported: bool = False  # in releases.csv, releases.jsonl.gz and releases.parquet, in the order below
    computed: str = ""  # the SQL that gives its value; only snapshots have the column


COLUMNS = {
    "id": Column(zh="编号，永不重用", en="number, never reused", kind="integer", exported=True),
    "url": Column(zh="原文地址", en="address of the original", exported=True),
    "url_key": Column(zh="归一化地址", en="canonical form of the address", exported=True),
    "source": Column(zh="来源（栏目）", en="the source that listed it", exported=True),
    "region": Column(
        zh="行政区划代码（随来源）",
        en="GB/T 2260 code of its source",
        exported=True,
        computed="(SELECT region FROM sources WHERE sources.id = releases.source)",
    ),
    "title": Column(zh="标题", en="title", exported=True),
    "text": Column(zh="正文，段落以换行分隔", en="text, one paragraph a line"),
    "published": Column(zh="发布时间，按页面所印", en="day or minute as printed, China time", exported=True),
    "published_meta": Column(zh="页面元数据中的发布时间", en="time in the page's PubDate", exported=True),
    "year": Column(
        zh="发布年份",
        en="year of publication",
        kind="integer",
        exported=True,
        computed="CASE WHEN published GLOB '[12][0-9][0-9][0-9]*' THEN CAST(substr(published, 1, 4) AS INTEGER) END",
    ),
    "publisher": Column(zh="“来源”一栏所印", en="publisher as printed", exported=True),
    "author": Column(zh="作者、记者", en="author", exported=True),
    "editor": Column(zh="责任编辑", en="editor", exported=True),
    "issuer": Column(zh="发文机关", en="issuing body", exported=True),
    "doc_number": Column(zh="文号", en="document number", exported=True),
    "index_number": Column(zh="索引号", en="index number", exported=True),
    "written": Column(zh="成文日期", en="day of writing", exported=True),
    "subject_class": Column(zh="主题分类", en="subject class in the disclosure catalogue", exported=True),
    "genre": Column(zh="体裁", en="genre in the disclosure catalogue", exported=True),
    "effective": Column(zh="施行日期；空：未印明日期", en="day on which it takes effect, as printed", exported=True),
    "expires": Column(zh="失效日期（有效期至、废止）", en="day on which it ends, as printed", exported=True),
    "addressee": Column(zh="主送机关", en="bodies to whom it is addressed", exported=True),
    "co_issuers": Column(
        zh="联合发文机关，以“；”分隔",
        en="bodies that issued it together, the first among them, divided by a wide semicolon",
        exported=True,
    ),
    "signatory": Column(
        zh="签发人、签署人", en="person who signed it, with the office where one is printed", exported=True
    ),
    "language": Column(zh="语言", en="language", exported=True),
    "version": Column(zh="当前版本号", en="number of the current version", kind="integer", exported=True),
    "status": Column(
        zh="状态",
        en="live 在线 | unlisted 不再列出 | suspect 存疑 | gone 原文已失效 | moved 已迁移",
        exported=True,
    ),
    "cluster": Column(
        zh="比对基准稿", en="the representative of all releases with this content", kind="integer", exported=True
    ),
    "cluster_file": Column(
        zh="依其文字与比对基准稿比对的文件；空：依正文",
        en="the file by whose text it was compared with the representative; empty: by its own text",
        exported=True,
        computed="""coalesce((SELECT coalesce(nullif(l.name, ''), l.url) FROM relations AS x JOIN attachments AS l
            ON (l.release = x.a AND l.sha256 = x.a_file) OR (l.release = x.b AND l.sha256 = x.b_file)
            WHERE x.a = releases.id AND x.kind = 'duplicate' ORDER BY l.release = x.b, l.id LIMIT 1), '')""",
    ),
    "first_seen": Column(zh="首次收录", en="first seen, UTC", exported=True),
    "known_from": Column(
        zh="仅见于该站的存档；空：本站采集过",
        en="the host whose captures alone show it; empty: we read the page ourselves",
        exported=True,
        computed="coalesce((SELECT origin FROM backfilled WHERE release = releases.id AND followed IS NULL), '')",
    ),
    "changed": Column(zh="当前版本首次采集", en="when the current version was first seen, UTC", exported=True),
    "edits": Column(
        zh="发布后改动的次数",
        en="how often it was edited",
        kind="integer",
        computed="""(SELECT count(*) - 1 FROM versions WHERE release = releases.id AND kind = 'published')
            - (SELECT count(*) FROM (SELECT changed, text_sha256, lag(text_sha256) OVER (ORDER BY seen, version) AS before
                FROM versions WHERE release = (SELECT release FROM backfilled WHERE release = releases.id)
                AND kind = 'published') WHERE text_sha256 = before AND changed = '[]')""",
    ),
    "text_key": Column(zh="归一化正文的摘要值", en="digest of the normalised text"),
    "problems": Column(zh="读取时遇到的问题", en="problems met when the page was read, JSON", exported=True),
}
