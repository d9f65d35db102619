"""The days on which a document takes effect and ends, in clauses that speak of the document itself."""

import pytest

from pipelines.elements.clauses import find_clauses

MADE = "《云桅市河道管理办法》已经市政府常务会议通过，现予公布，"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("本办法自2026年5月1日起施行。", {"effective": "2026-05-01"}),
        ("第二十条　本办法自2026年5月1日起施行。", {"effective": "2026-05-01"}),
        ("三、本通知自2026年5月1日起执行。", {"effective": "2026-05-01"}),
        ("本实施细则于２０２６年５月１日起实施。", {"effective": "2026-05-01"}),
        ("本条例自二〇二六年五月一日起施行。", {"effective": "2026-05-01"}),
        ("本规定自2026年5月1日零时起生效。", {"effective": "2026-05-01"}),
        ("本办法（试行）自2026年5月1日起施行。", {"effective": "2026-05-01"}),
        ("本办法由市水务局负责解释，自2026年5月1日起施行。", {"effective": "2026-05-01"}),
        (f"{MADE}自2026年5月1日起施行。", {"effective": "2026-05-01"}),
        ("现将《方案》印发给你们，请认真贯彻执行，自2026年5月1日起施行。", {"effective": "2026-05-01"}),
        (
            "本办法自2026年5月1日起施行，有效期至2031年4月30日。",
            {"effective": "2026-05-01", "expires": "2031-04-30"},
        ),
        ("本办法有效期自2026年5月1日至2031年4月30日。", {"effective": "2026-05-01", "expires": "2031-04-30"}),
        ("本通知执行期限至2026年12月31日。", {"expires": "2026-12-31"}),
        ("本通知执行至2026年12月31日。", {"expires": "2026-12-31"}),
        ("本通告自2026年12月31日起自动失效。", {"expires": "2026-12-31"}),
        ("本意见自2026年1月1日起施行，至2026年12月31日废止。", {"effective": "2026-01-01", "expires": "2026-12-31"}),
        ("本办法自印发之日起施行。", {"effective": ""}),
        ("本办法自公布之日起30日后施行，有效期5年。", {"effective": "", "expires": ""}),
        ("本通知有效期五年，自2026年5月1日起施行。", {"expires": "", "effective": "2026-05-01"}),
        ("本办法有效期自发布之日起5年。", {"expires": ""}),
        ("本办法自5月1日起施行。", {}),
        # other things than the document
        ("《云桅市河道管理办法》自2026年5月1日起施行。", {}),
        ("该办法自2026年5月1日起施行。", {}),
        ("新的收费标准自2026年5月1日起执行。", {}),
        ("采砂许可证有效期至2031年4月30日。", {}),
        ("本办法规定的许可证有效期至2031年4月30日。", {}),
        ("本办法所称许可证，有效期至2031年4月30日。", {}),
        ("持有本标准的证书，有效期5年。", {}),
        ("本办法自2026年5月1日起施行，《云桅市河道管理办法》同时废止。", {"effective": "2026-05-01"}),
        ("本决定自公布之日起施行，2021年5月1日印发的《水源地保护办法》同时废止。", {"effective": ""}),
        ("现决定自2026年5月1日起废止《云桅市采砂管理办法》。", {}),
        ("本市自2026年5月1日起施行错峰用水。", {}),
        ("记者了解到，“本办法自2026年5月1日起施行”已写入草案。", {}),
        ("本方案到2026年12月31日完成治理任务。", {}),
        ("有效期至2031年4月30日。", {}),
    ],
)
def test_a_clause_tells_of_its_own_document_alone(text: str, told: dict[str, str]) -> None:
    assert {clause.name: clause.day for clause in find_clauses(text)} == told


def test_the_words_are_those_of_the_text() -> None:
    text = "本办法自 2026年5月1日起施行，有效期5年。"
    assert [clause.raw for clause in find_clauses(text)] == ["自 2026年5月1日起施行", "有效期5年"]


@pytest.mark.parametrize("text", ["本“" * 50_000, "本办法" + "自印发之日起施行" * 20_000, "本办法自，" * 50_000])
def test_a_text_that_repeats_itself_for_ever_is_read_at_once(text: str) -> None:
    assert list(find_clauses(text)) == []
