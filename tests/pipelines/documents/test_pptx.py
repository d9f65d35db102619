import pytest

from pipelines.documents import read_document
from tests.pipelines.documents.made import pptx, shape

ROW = "<a:tr>" + "".join(
    f"<a:tc><a:txBody><a:p><a:r><a:t>{one}</a:t></a:r></a:p></a:txBody></a:tc>" for one in ("项目", "数")
)
TABLE = f"<p:graphicFrame><a:graphic><a:graphicData><a:tbl>{ROW}</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"


@pytest.mark.parametrize(
    ("shapes", "text"),
    [
        (shape("标题", "title") + shape("要点"), "标题\n要点"),
        (TABLE, "项目\t数"),
        (f"<p:grpSp>{shape('组内')}</p:grpSp>", "组内"),
        (shape("3", "sldNum") + shape("2025", "dt") + shape("页脚", "ftr") + shape("正文"), "正文"),
        (shape("藏起", said='hidden="1"') + shape("正文"), "正文"),
        (
            "<p:sp><p:txBody><a:p><a:r><a:t>上</a:t></a:r><a:br/><a:r><a:t>下</a:t></a:r></a:p></p:txBody></p:sp>",
            "上\n下",
        ),
    ],
)
def test_words_of_a_slide(shapes: str, text: str) -> None:
    assert read_document(pptx([shapes])).text == text


def test_each_slide_is_a_page_and_a_hidden_one_is_none() -> None:
    document = read_document(pptx([shape("一"), shape("二"), shape("三")], {2: 'show="0"'}))
    assert (document.text, document.pages, document.method) == ("一\f三", 2, "pptx")
