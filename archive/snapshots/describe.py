"""Metadata that Datasette shows beside the data: titles, explanations of tables and columns, canned queries.

It is written into every snapshot as metadata.json, so that a stock Datasette without our plugin explains itself too.
"""

import sqlite3
from typing import Any

from archive.search import index
from archive.snapshots.columns import COLUMNS

TITLE = "公报 · 政府新闻发布档案"

_ABOUT = (
    "本档案收集各级政府及其部门公开发布的新闻稿，保留原文、版本与出处。每篇均注明原发布者并链接原文；权利属原发布者。"
    " An archive of press releases of Chinese governments; every page names its publisher and links to the original."
)
_ABOUT_PUBLIC = (
    "公开版：非官方来源仅收录题录与摘录，身份证、手机、银行卡号码已遮盖。"
    " Public edition: of other than official sources only metadata and a short extract."
)

# the phrase for a searched word in stock SQLite: folded, every Chinese sign a token of its own, see archive/search/index.py
_STOCK_PHRASE = """'"' || replace((
    WITH RECURSIVE place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < length(:q))
    SELECT group_concat(CASE WHEN unicode(sign) >= 12293 THEN ' ' || sign || ' ' ELSE sign END, '')
    FROM (SELECT coalesce((SELECT becomes FROM folds WHERE code = unicode(substr(:q, i, 1))), substr(:q, i, 1)) AS sign
      FROM place)), '"', ' ') || '"'"""

QUERIES: dict[str, dict[str, Any]] = {
    "search_stock": {
        "title": "全文检索（任何 SQLite 均可用） Full text search in any SQLite",
        "description": "q：一个词或短语，长短不限。 One word or phrase of any length; needs no plugin.",
        "params": ["q"],
        "sql": f"""SELECT releases.id, published, title, publisher, url
FROM releases JOIN (
  SELECT rowid AS hit, rank AS score FROM releases_fts WHERE releases_fts MATCH {_STOCK_PHRASE}
) ON releases.id = hit
ORDER BY score LIMIT 100""",
    },
    "search_files": {
        "title": "检索附件（任何 SQLite 均可用） Search in files, in any SQLite",
        "description": "q：一个词或短语，长短不限。 One word or phrase of any length; needs no plugin.",
        "params": ["q"],
        "sql": f"""SELECT releases.id, published, title, name, files.state, method, attachments.url
FROM files JOIN (
  SELECT rowid AS hit, rank AS score FROM files_fts WHERE files_fts MATCH {_STOCK_PHRASE}
) ON files.id = hit JOIN attachments USING (sha256) JOIN releases ON releases.id = attachments.release
ORDER BY score LIMIT 100""",
    },
    "newest": {
        "title": "最新发布 Newest releases",
        "sql": "SELECT id, published, title, publisher, url FROM releases ORDER BY published DESC LIMIT 100",
    },
    "by_month": {
        "title": "每月发布数 Releases per month",
        "sql": """SELECT substr(published, 1, 7) AS month, count(*) AS releases
FROM releases WHERE published <> '' GROUP BY month ORDER BY month""",
    },
    "coverage": {
        "title": "各来源收录情况 Listed and held, per source",
        "sql": """SELECT sources.id, name, region, rights, evidence, count(url_key) AS listed,
  sum(state = 'held') AS held, sum(state = 'failed') AS failed, sum(state = 'blocked') AS blocked,
  sum(state = 'pending') AS pending, sum(state = 'skipped') AS skipped
FROM sources LEFT JOIN listings ON listings.source = sources.id GROUP BY sources.id ORDER BY region, sources.id""",
    },
    "survival": {
        "title": "各来源存活率 Share of releases still alive after 30 to 730 days",
        "sql": """SELECT name, days, alive, observed FROM survival JOIN sources ON sources.id = source
ORDER BY name, days""",
    },
    "survival_with_history": {
        "title": "各来源存活率，含他人存档 The same, with what others saw",
        "sql": """SELECT name, days, alive, observed FROM survival_with_history JOIN sources ON sources.id = source
ORDER BY name, days""",
    },
    "gone": {
        "title": "已从原站消失 Gone from their sites",
        "sql": """SELECT id, status, published, title, url FROM releases
WHERE status IN ('gone', 'moved') ORDER BY id DESC""",
    },
}

TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "releases": (
        "新闻稿 Releases, one row for each address",
        {name: f"{column.zh} {column.en}" for name, column in COLUMNS.items()},
    ),
    "sources": (
        "来源 Sources",
        {
            "id": "编号 name of the source's spider",
            "name": "名称 name, as its publisher writes it",
            "region": "行政区划代码 GB/T 2260",
            "level": "层级 national, province, city, county",
            "family": "网站系统 family of sites",
            "url": "列表页 first list page",
            "rights": "official 官方 | press 媒体 | unknown 不明",
            "evidence": "声明的依据 evidence for the declaration: live, capture, transcribed, reported",
            "note": "备注 note",
        },
    ),
    "versions": (
        "版本 Every version of a release",
        {
            "release": "新闻稿 release",
            "version": "版本号，自 1 起 number, from 1",
            "kind": "published 网站改动 | reread 重新读取",
            "seen": "首次采集（UTC） first seen",
            "text_sha256": "正文的 SHA-256 digest of the text",
            "markup": "带结构的正文（Markdown）the text with its structure, as Markdown",
            "capture": "原始页面 the page it was read from",
            "edits": "与前一版的逐句差异 edits since the version before, by sentence, JSON",
            "changed": "与前一版的不同之处 what differs from the version before: title, text, fields, attachments, JSON",
            "facts": "该版的各字段 the fields in this version, JSON",
            "files": "该版所附文件的地址 the addresses of its files, JSON",
            "figures": "该版的数据，JSON 列表 the figures of this version, JSON: name, place, period, value, unit, change, change_unit,"
            " direction, basis, start, length",
            "rules": "读取规则的版本 version of the rules that read it",
        },
    ),
    "captures": (
        "原始页面 Pages as fetched, kept in WARC files",
        {
            "fetched": "抓取时间（UTC） when",
            "taken_in": "导入时间（UTC）；空：抓取时即收 when an import brought it; empty: when it was fetched",
            "origin": "他人存档的地址；空：本站采集 the address that another's capture came from; empty: our own",
            "status": "HTTP 状态 status",
            "sha256": "原始内容的 SHA-256 digest of the payload",
            "warc": "所在文件 file",
            "offset": "文件内位置 place in the file, bytes",
            "length": "长度 length, bytes",
        },
    ),
    "listings": (
        "列表 Every article that a list page has shown",
        {
            "url": "文章地址 address",
            "source": "来源 source",
            "title": "列表中的标题 title in the list",
            "date": "列表中的日期 day in the list",
            "first_listed": "首次列出（UTC） first listed",
            "last_listed": "最后列出（UTC） last listed",
            "state": "pending 待采集 | held 已收 | failed 失败 | blocked 拒绝访问 | skipped 不采集",
            "reason": "原因 reason",
            "unlisted": "列表不再显示的时间 when the list no longer showed it",
        },
    ),
    "relations": (
        "重复与包含 Duplicates and parts",
        {
            "a": "副本或部分 the copy, or the part",
            "b": "比对基准稿或整体 the cluster's representative, or the whole",
            "kind": "duplicate 重复 | part_of 部分",
            "containment": "a 在 b 中的比例 share of a that stands in b",
            "jaccard": "相似度 likeness",
            "changed_numbers": "改动的数字 numbers that differ, JSON",
            "a_file": "代 a 的正文参加比对的文件（SHA-256）；空：比对正文 the file whose text was compared for a; empty: its own text",
            "b_file": "代 b 的正文参加比对的文件 the file whose text was compared for b",
        },
    ),
    "repeats": ("页内重复 Passages that stood twice in a page, taken out", {}),
    "turns": ("问答 Turns of a dialogue", {"speaker": "发言人 speaker", "role": "身份 role"}),
    "indicators": (
        "数据 Figures that releases print, as printed; nothing is computed",
        {
            "release": "新闻稿 release",
            "name": "指标 what is counted, as printed",
            "place": "地区 place, as printed before the name",
            "period": "时期 period, as printed",
            "value": "数值；空：只写明增减 value; empty: the change alone is printed",
            "unit": "单位 unit, as printed",
            "change": "增减，不带正负号 change, without a sign",
            "change_unit": "增减的单位 unit of the change",
            "direction": "up 增 | down 减 | flat 持平",
            "basis": "对比基准 what it is compared with, as printed: 同比, 环比, 比上年",
            "start": "在正文中的位置（字符） place of the number in the text, code points",
            "length": "长度（字符） length, code points",
        },
    ),
    "citations": ("引用 Documents that a release names", {"title": "文件名 title", "doc_number": "文号 number"}),
    "provenance": (
        "字段出处 Where a field's value comes from",
        {
            "rule": "规则 rule",
            "raw": "原样 value as found",
            "capture": "所读页面 the page it was read from",
            "start": "在页面中的位置（字符） place in the decoded page, code points",
            "length": "长度（字符） length, code points",
            "rules": "读取规则的版本 version of the rules that read it",
        },
    ),
    "attachments": (
        "附件 Files that releases link to, whatever became of them",
        {
            "release": "新闻稿 release",
            "url": "地址 address",
            "name": "页面上的名称 name on the page",
            "state": "kept 已收 | failed 失败 | too-large 过大 | over-budget 待采集 | not-a-file 不是文件 | skipped 未取",
            "reason": "原因 reason; 已收者：最近一次复查未成的原因 of a kept one, how the last look at it failed",
            "capture": "原始内容 the content",
            "media_type": "类型 media type, by its bytes",
            "size": "大小 bytes",
            "sha256": "内容的 SHA-256 digest of the content",
            "contents": "先后采集的内容数 how many contents were found at its address",
            "seen": "首次采集（UTC） when the release was first seen to link to it",
            "last_look": "最近请求（UTC） when it was last asked for",
            "shown": "1 正文中的图片 a picture in the text | 0 链接的文件 a linked file",
        },
    ),
    "attachment_contents": (
        "附件内容 Every content that was found at the address of a release's file",
        {
            "release": "新闻稿 release",
            "url": "地址 address",
            "n": "先后次序，自 1 起 its place in their order, from 1",
            "sha256": "内容的 SHA-256 digest of the content",
            "media_type": "类型 media type, by its bytes",
            "size": "大小 bytes",
            "capture": "原始内容 the content",
            "seen": "首次见到（UTC） when it was first found there",
        },
    ),
    "files": (
        "文件正文 The text of each distinct content of files",
        {
            "sha256": "内容的 SHA-256 digest of the content",
            "state": "ok 已读 | empty 无文字 | encrypted 加密 | scanned 图片，未识别 | too-large 过大 | failed 未能读出 | unsupported 格式不支持",
            "method": "读法 how it was read: pdf, docx, …; ocr 文字识别，可能有误 guessed from pictures",
            "reason": "原因 why it has no text, or not all",
            "pages": "页数 number of pages",
            "read": "读取时间（UTC） when it was read",
            "rules": "读取规则的版本 version of the rules that read it",
            "salt": "链中摘要的盐 salt of its digest in the chain",
            "text": "正文，页以 U+000C 分隔 text, its pages divided by U+000C",
        },
    ),
    "observations": (
        "复查 Results of later looks at a page",
        {
            "outcome": "same, changed | missing, redirected | blocked, unreachable",
            "origin": "他人存档的地址；空：本站复查 the address of another's capture; empty: our own look",
            "counted": "1 计入 | 0 不计（未能观测） 0: tells nothing about the page | 空：尚未判定 empty: not judged yet",
        },
    ),
    "status_changes": (
        "状态变化 Every change of a release's status",
        {"at": "时间（UTC） when", "status": "变为 became"},
    ),
    "events": (
        "变动，按本站得知的时间 What happened to releases, in the order in which the archive learned of it",
        {
            "learned": "得知时间（UTC） when the archive learned of it",
            "kind": "new 新增 | edited 改动 | moved 迁移 | gone 失效 | back 恢复",
            "version": "新增或改动的版本；0：与版本无关 the version that was new or edited; 0: the event is none of a version",
        },
    ),
    "passages": (
        "传布的语句 Sentences that stand in releases of several places; formulas are left out",
        {
            "passage": "语句编号 number of the sentence, by its letters and figures",
            "release": "新闻稿 release",
            "start": "在正文中的位置（字符） place in the text, code points",
            "length": "长度（字符） length, code points",
        },
    ),
    "records": (
        "供收割的记录 Records as harvesters are told of them, at /oai",
        {
            "identifier": "地址的 SHA-256 SHA-256 of the canonical address",
            "learned": "最近得知其变动或移除的时间（UTC） when the archive last learned of a change, or removed it",
            "removed": "1 已移除 removed",
            "release": "新闻稿；0：已移除 release; 0: it was removed",
            "source": "来源；空：已移除 source; empty: it was removed",
        },
    ),
    "places": (
        "收录范围 The country's places, and what is known of each",
        {
            "region": "行政区划代码 GB/T 2260",
            "level": "层级 national, province, city, county",
            "candidates": "他人见过的新闻栏目 news columns that others saw",
            "declared": "已声明的新闻来源 declared news sources",
            "live": "其中看过原站的 of these, declared after a look at the site",
            "ok": "其中近七日抓取成功的 of these, crawled well in the last seven days",
            "blocked": "其中拒绝访问的 of these, refused to us",
            "vantages": "抓取出口 where they were crawled from",
            "releases": "已收篇数 releases held",
        },
    ),
    "speakers": (
        "在职发言与签发 People who speak or sign in a public office, by name, office and source",
        {
            "name": "姓名 name; two people may have one",
            "office": "职务，按页面所印 office as printed",
            "source": "来源 source",
            "spoken": "发言的篇数 releases in which the person speaks",
            "signed": "签发的篇数 releases that the person signed",
            "first": "最早一篇的日期 day of the first of them",
            "last": "最近一篇的日期 day of the last",
        },
    ),
    "in_office": (
        "在职发言与签发，逐篇 The same, release by release",
        {"release": "新闻稿 release", "signed": "1 签发 signed | 0 发言 spoke"},
    ),
    "number_gaps": (
        "文号序列 Series of document numbers: runs of one state, by sign and year",
        {
            "issuer": "发文机关代字 sign of the issuing body",
            "year": "年份 year",
            "first": "起号 first number of the run",
            "last": "止号 last number",
            "state": "held 已收 | cited 被引用，未收 cited by others, not held | unseen 未见 neither",
            "release": "已收的一篇 the release that is held",
            "cited_by": "引用它的篇数 releases that cite it",
        },
    ),
    "source_events": (
        "来源事件 Events of a source as a whole",
        {
            "kind": "vanished 多数页面同时消失 | moved 整体迁移 | blocked 拒绝访问 | unreachable 不可达",
            "looks": "复查的页面数 pages looked at",
            "failed": "其中如此的页面数 pages that share this event",
        },
    ),
    "backfilled": (
        "见于他人存档的新闻稿 Releases of which others' captures are held",
        {
            "origin": "存档者 the host of the captures",
            "followed": "本站首次采集（UTC）；空：从未 when we first read its page ourselves; empty: never",
        },
    ),
    "lifetimes": (
        "存续时间 How long each release was followed",
        {"died": "1 已消失 gone", "days": "首次收录后的天数 days since it was first seen"},
    ),
    "lifetimes_with_history": ("存续时间，含他人存档 How long each release was seen, by others too", {}),
    "survival_with_history": ("存活率，含他人存档 The same shares, with what others saw", {}),
    "survival": (
        "存活率 Share of releases still alive, by source (Kaplan–Meier)",
        {
            "days": "首次收录后的天数 days since first seen",
            "alive": "存活比例；空：观测不足 share; empty: not followed that long",
            "observed": "观测满该天数的篇数 releases followed that long",
        },
    ),
    "origins": (
        "首发 The likely first publication of each group of copies",
        {
            "cluster": "比对基准稿 the representative of the group",
            "release": "最早发表的一篇 the release",
            "rule": "依据 named, issuer, earliest, first_seen",
        },
    ),
    "crawls": ("抓取记录 Crawls", {}),
    "removed": ("已移除 Addresses that were removed on request", {}),
}

# the index is no table for readers: each of its rows is made anew from the text
INDEX = ("releases_spaced", "files_spaced", "folds", *index.TABLES)
_FACETS: dict[str, list[Any]] = {
    "releases": ["source", "region", "year"],
    "listings": ["source", "state"],
    "crawls": ["source", "outcome"],
}


def describe(db: sqlite3.Connection, *, public: bool) -> dict[str, Any]:
    """Datasette's metadata for the archive that `db` has open."""
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    tables: dict[str, dict[str, Any]] = {name: {"hidden": True} for name in there - TABLES.keys()}
    for name, (description, explained) in TABLES.items():
        if name in there:
            tables[name] = {"description": description, "columns": explained, "facets": _FACETS.get(name, [])}
    if "releases" in there:
        tables["releases"] |= {
            "fts_table": "releases_fts",
            "fts_pk": "id",
            "sort_desc": "id",
            "label_column": "title",
        }
    if "files" in there:
        tables["files"] |= {"fts_table": "files_fts", "fts_pk": "id", "sort_desc": "id"}
    return {
        "title": TITLE,
        "description": _ABOUT + (_ABOUT_PUBLIC if public else ""),
        "databases": {"archive": {"title": TITLE, "tables": tables, "queries": QUERIES}},
    }
