from pipelines.documents import read_document
from tests.pipelines.documents.made import docx, gbk_zip, paragraph, pdf, png, zipped

NOTICE, PLAN = docx(paragraph("通报正文")), pdf([[(60, 780, "计划第一页")], [(60, 780, "计划第二页")]])


def test_names_in_gbk_are_read() -> None:
    document = read_document(gbk_zip({"附件一：通报.docx": NOTICE, "附件二/计划说明.pdf": PLAN}))
    assert document.text == "附件一：通报.docx\n通报正文\f附件二/计划说明.pdf\n计划第一页\f计划第二页"
    assert (document.state, document.pages) == ("ok", 3)


def test_an_unread_member_is_named() -> None:
    document = read_document(zipped({"一.docx": NOTICE, "二.rar": b"Rar!\x1a\x07\0", "三.png": png(9, 9)}))
    assert document.state == "ok"
    assert document.text == "一.docx\n通报正文\f二.rar (a RAR file)\f三.png (a picture)"
    assert document.reason == "二.rar: a RAR file; 三.png: a picture"


def test_members_of_one_kind_give_their_state() -> None:
    assert read_document(zipped({"一.png": png(9, 9), "二.rar": b"Rar!\x1a\x07\0"})).state == "scanned"


def test_a_zip_in_a_zip_is_read() -> None:
    assert read_document(zipped({"内.zip": zipped({"一.docx": NOTICE})})).text == "内.zip\n一.docx\n通报正文"


def test_what_systems_add_is_left_out() -> None:
    made = zipped({"一.docx": NOTICE, "__MACOSX/._一.docx": "x", "a/.DS_Store": "x", "a/Thumbs.db": "x", "空/": ""})
    assert read_document(made).text == "一.docx\n通报正文"


def test_a_name_is_shown_and_is_no_path() -> None:
    document = read_document(zipped({"../../etc/cron.d/x.txt": "正文", f"{'长' * 4000}.txt": "正文"}))
    first, second = document.text.split("\f")
    assert first == "../../etc/cron.d/x.txt\n正文"
    assert len(second) < 300
