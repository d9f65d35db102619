"""Public offices, and titles that are none."""

import pytest

from archive.texts.offices import is_office, is_person


@pytest.mark.parametrize(
    "words",
    [
        "云桅市水务局局长",
        "副市长",
        "市委副书记、市长",
        "省政府新闻办公室主任",
        "云桅市水务局党组书记、局长",
        "市发展改革委副主任",
        "云桅海关关长兼党委书记",
        "北岭区人民法院院长",
        "市公安局交警支队支队长、政委",
        "省水利厅二级巡视员",
    ],
)
def test_a_public_office(words: str) -> None:
    assert is_office(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "云桅日报",
        "云桅水务集团有限公司董事长",
        "云桅大学教授",
        "云桅市第一中学党委书记",
        "云桅市人民医院院长",
        "白石村党支部书记",
        "翠湖社区党委书记",
        "业主委员会主任",
        "村民",
        "车间主任",
        "主任",
        "原市长",
        "市民代表",
        "市作家协会主席",
        "出租车司机",
    ],
)
def test_no_public_office(words: str) -> None:
    assert not is_office(words)


@pytest.mark.parametrize(("name", "person"), [("张元升", True), ("阿依·买买提", True), ("李溪", True)])
def test_a_person(name: str, person: bool) -> None:
    assert is_person(name) == person


@pytest.mark.parametrize(
    "name", ["张局长", "主持人", "记者", "网友", "李女士", "市民代表", "答", "新闻发言人", "Ms. Ou"]
)
def test_no_person(name: str) -> None:
    assert not is_person(name)
