from urllib.parse import quote

import pytest

from archive.texts.file_names import names_nothing, sent_name

NAME = "云桅市集市摊位名录.docx"


def latin(raw: bytes) -> str:
    return raw.decode("latin-1")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (f"attachment; filename*=UTF-8''{quote(NAME)}", NAME),
        (f"attachment; filename*=gbk'zh'{quote(NAME.encode('gbk'))}", NAME),
        (f"attachment; filename=\"list.docx\"; filename*=utf-8''{quote(NAME)}", NAME),
        (latin(f"attachment; filename={NAME}".encode("gbk")), NAME),
        (latin(f'attachment; filename="{NAME}"; size=7'.encode()), NAME),
        (latin(f"attachment; filename={latin(NAME.encode())}".encode()), NAME),  # encoded twice
        (f'attachment; filename="{quote(NAME)}"', NAME),
        (f"attachment;FileName={quote(NAME.encode('gbk'))}", NAME),
        (f'attachment; filename="=?utf-8?B?{"5LqR5qGF5biC5ZCN5b2V"}?="', "云桅市名录"),
        (latin(f'attachment; filename="C:\\upload\\{NAME}"'.encode("gbk")), NAME),
        (f"attachment; filename*=UTF-8''{quote('附件1.docx')}", ""),
        (f"attachment; filename*=UTF-8''{quote('新建文档.docx')}", ""),
        ('attachment; filename="20260311093012.pdf"', ""),
        ('attachment; filename="=?utf-8?B?5?="', ""),
        (f"attachment; filename*=UTF-8''{quote('名录' * 200)}", ""),
        ("attachment; filename*=x-none''%ff%00", ""),
        ("attachment", ""),
        ("", ""),
    ],
)
def test_the_name_that_a_server_gives(disposition: str, name: str) -> None:
    assert sent_name(disposition) == name


@pytest.mark.parametrize(
    ("name", "nothing"),
    [
        ("下载", True),
        ("点击下载", True),
        ("附件1", True),
        ("附表：", True),
        ("PDF版", True),
        ("download.jsp", True),
        ("", True),
        ("附件1：集市名录", False),
        ("名录.docx", False),
        ("Annual report", False),
        ("下载中心管理办法", False),
    ],
)
def test_whether_the_words_of_a_link_name_a_file(name: str, nothing: bool) -> None:
    assert names_nothing(name, "http://www.yunwei.example/sys/download.jsp?id=7") == nothing
