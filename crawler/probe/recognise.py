"""Which family a page belongs to, by the traces that its content management system leaves."""

import re

# Each: family, pattern of its addresses, traces in its pages; of several traces in brackets all must be there. The first
# that shows any is taken: single sites before systems; then those whose marks no other system carries; UCAP's search
# box and e-papers' marks, which stand in pages of other systems too (a text is pasted with its tags), come last.
_SIGNS: tuple[tuple[str, str, tuple[str | tuple[str, ...], ...]], ...] = (
    ("litenews", "", (r"class=\"shandianyun", r"^\s*<!--a , \d+ , \d+-->", r"/(?:share|w/article)/YS0[\w-]+\.html")),
    (
        "qlwb",
        r"/Articel[A-Z]\d{5,6}|/Page[A-Z]+\d+[A-Z]+\.htm",
        (r"Articel[A-Z]\d{5,6}[A-Z]{2}\.htm", r"/Page[A-Z]+\d+TB\.htm"),
    ),
    (
        "people",
        r"//\w+\.people\.com\.cn/",
        (
            r"--人民网</title>",
            r"class=\"[^\"]*\brm_txt",
            r"id=\"?rwb_zw",
            r"sso\.people\.com\.cn",
            r"href=['\"]/n\d?/20\d\d/\d{4}/c\d+-\d+\.html",
        ),
    ),
    ("iqilu", r"//(?:\w+\.)*iqilu\.com/", (r"id=\"?pubtime_baidu[\s\S]*id=\"?context\b",)),
    ("gkmlpt", r"/gkmlpt/", (r"/gkmlpt/(?:api|content|index)[\s\S]*window\._CONFIG", r"window\._CONFIG[^<]*\bTREE\b")),
    ("nfcms", r"/content/post_\d+\.html", (r"NFCMS_(?:SITE|POST|CAT)_ID",)),
    ("jpaas", "", (r"queryData=", r"jpaas-publish-server")),
    (
        "hanweb",
        r"/col/col\d+|/art/\d{4}/(?:\d{1,2}/\d{1,2}/)?art_",
        (
            *(
                r"ZJEG_RSS\.content",
                r"name=\"?i_columnid",
                r"Produced By 大汉",
                r"/module/(?:web/jpage|visitcount|jslib)/",
            ),
            *(r"<datastore>", r"class=\"?NewsText"),
        ),
    ),
    ("govcn", r"//(?:www|sousuo\.www)\.gov\.cn/", ()),
    (
        "ucap",
        r"/c\d{6}/\d{6}/[0-9a-f]{32}\.shtml|/interfacesWebZcwj/loadData",
        (r"<UCAP(?:CONTENT|TITLE)", r"id=\"UCAP-CONTENT", r"createPageHTML\(\s*['\"]page[_-]?div"),
    ),
    ("vsb", r"/info/\d+/\d+\.htm$", (r"id=\"?vsb_content", r"_newscontent_fromname", r"VSB网站群")),
    ("lonsun", r"/public/column/\d+|/site/label/\d+\?", (r"lonsun\.cn", r"j-fontContent")),
    ("channel_doc", r"/channel_[\w.]+/(?:doc_[0-9a-f]{24}|$)", (r"details-release-date",)),
    (
        "shanghai",
        r"/nw\d+/\d{8}/[0-9a-f]{32}\.html|//(?:\w+\.)*(?:shanghai|sh)\.gov\.cn/",
        (r"/nw\d+/\d{8}/[0-9a-f]{32}\.html",),
    ),
    ("hebei", r"/columns/[0-9a-f-]{36}/", (r"/columns/[0-9a-f-]{36}/\d{6}/\d\d/",)),
    ("nn", r"/n\d+/n\d+/(?:n\d+/)*(?:index|c\d+/content)", (r"id=\"?listChangeDiv",)),
    (
        "trs",
        r"/t(?:\d{8}_|null_)\d+\.s?html?$",
        (
            *(r"TRS_(?:UEDITOR|Editor)", r"trs_editor_view", r"createPage(?:HTML)?\(\s*\d"),
            r"href=[\"']?\.{1,2}/[^\"'>]*t\d{8}_\d+\.s?html?",
        ),
    ),
    # 泽元 ZCMS, which has no family, before what a text that was pasted from TRS brings along
    ("html", "", (r"\b_zcms_stat\(",)),
    ("trs", "", (r"Custom_UnionStyle",)),
    (
        "founder",
        r"/(?:\d{4}-\d\d|\d{6})/\d\d/(?:node_\w+|content_\d+_\d+)\.html?$",
        (
            r"<founder-(?:content|title)",
            # the newsroom system behind e-papers marks the texts of some news sites so as well
            (r"<!--\s*enpcontent", r"\b(?:node|content)_\d\w*\.html?"),
            r"resfile/\d{4}-\d\d-\d\d/",
            r"/szb/app/",
        ),
    ),
    (
        "xinhua",
        r"//(?:\w+\.)*(?:news\.cn|xinhuanet\.com)/",
        (r"-\s*新华网\s*</title>", r"www\.news\.cn/[\s\S]*id=\"detail(?:Content)?\""),
    ),
    ("ucap", "", (r"kaipuyun",)),
)


def recognise(text: str, url: str) -> tuple[str, tuple[str, ...]]:
    """The family of a page and the traces in its address or text that tell it; `html`, by none, for any other page."""
    for family, address, signs in _SIGNS:
        found = _all((address,), url) if address else []
        for sign in signs:
            found += _all((sign,) if isinstance(sign, str) else sign, text)
        if found:
            return family, tuple(dict.fromkeys(" ".join(match[0].split())[:60] for match in found))
    return "html", ()


def _all(patterns: tuple[str, ...], text: str) -> list[re.Match[str]]:
    found = [match for pattern in patterns if (match := re.search(pattern, text))]
    return found if len(found) == len(patterns) else []
