"""Which names in 《》 are documents, and their 文号."""

import pytest

from pipelines.citations import find_citations
from pipelines.doc_numbers import normal_number


@pytest.mark.parametrize(
    "text",
    [
        "市政府印发《清河市节水办法》。",
        "出台了《关于加快河道治理》",
        "《清河市河道条例（修订草案）》经审议通过",
        "按照《中华人民共和国水法》有关规定",
        "发布《2025年清河市水资源公报》",
        "编制《节水政策169问》",
        "《清河市防洪规划（2021—2025年）》获批",
        "修改《党章》",
        "《关于印发《清河市节水办法》的通知》",
    ],
)
def test_documents(text: str) -> None:
    assert len(find_citations(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "电影《清河行动》上映",
        "小说《水的规定》出版",
        "《清河日报》刊发评论",
        "做客《清河访谈录》栏目",
        "《水的办法》一书",
        "发表题为《河道治理的建议》",
        "容缺《施工图审查合格证》",
        "（以下简称《办法》）",
        "演唱《清河谣》",
        "《治水的看法》",
        "《未闭合的办法",
    ],
)
def test_no_documents(text: str) -> None:
    assert find_citations(text) == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("《清河市节水办法》（清政发〔2020〕3号）", "清政发〔2020〕3号"),
        ("《清河市节水办法》(清政发[2020] 3号)", "清政发〔2020〕3号"),
        ("《清河市节水办法》（清政办字﹝2020﹞3号）", "清政办字〔2020〕3号"),
        ("《清河市节水办法》清政发（2020）第3号", "清政发〔2020〕第3号"),
        ("清政发〔2020〕3号《清河市节水办法》", "清政发〔2020〕3号"),
        ("清政发〔2020〕3号文件（《清河市节水办法》", ""),
        ("《清河市节水办法》，另见清政发〔2020〕3号", ""),
    ],
)
def test_numbers_beside_a_title(text: str, number: str) -> None:
    [citation] = find_citations(text)
    assert citation.doc_number == number


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (
            "《清河市节水办法》（清政发〔2020〕3号）\n《中华人民共和国水法》\n《清河市河道条例》",
            ["清政发〔2020〕3号", "", ""],
        ),
        ("《清河市节水办法》（清政发〔2020〕3号）《清河市河道条例》要求", ["清政发〔2020〕3号", ""]),
        ("《清河日报》（清政发〔2020〕3号）《清河市河道条例》要求", [""]),
        ("（清政发〔2020〕3号）\n《清河市河道条例》", [""]),
        ("（清政发〔2020〕3号）《清河市节水办法》", ["清政发〔2020〕3号"]),
        ("《清河市河道条例》\n（清政发〔2020〕3号）《清河市节水办法》", ["", "清政发〔2020〕3号"]),
        ("《清河市河道条例》根据清政发〔2020〕3号《清河市节水办法》", ["", "清政发〔2020〕3号"]),
        ("《清河市河道条例》、清政发〔2020〕3号《清河市节水办法》", ["", "清政发〔2020〕3号"]),
    ],
)
def test_a_number_belongs_to_one_name(text: str, numbers: list[str]) -> None:
    assert [one.doc_number for one in find_citations(text)] == numbers


def test_a_number_is_written_one_way() -> None:
    assert normal_number("清政发 [2020] 3 号") == normal_number("清政发（2020年）3号") == "清政发〔2020〕3号"


def test_every_mention_with_its_place() -> None:
    text = "依据《清河市节水办法》和《清河市河道条例》，再次引用《清河市节水办法》。"
    found = find_citations(text)
    assert [citation.title for citation in found] == ["清河市节水办法", "清河市河道条例", "清河市节水办法"]
    assert all(text.startswith(f"《{citation.title}》", citation.start) for citation in found)
