"""The emphasised words at a line's start, as the tree shows them."""

import pytest

from pipelines.lines import parse, read_lines

CASES = {
    "<p><b>张三</b>　大家好。</p>": "张三",
    "<p><strong>张三：</strong>大家好。</p>": "张三：",
    "<p>■ <b>张三</b> 大家好。</p>": "张三",
    "<p><span style='font-weight: 700'>张三</span>大家好。</p>": "张三",
    "<p><span style='color:#c00'>张三</span>大家好。</p>": "张三",
    "<p style='color:#333'><span style='color:#333'><b>张三</b>大家好。</span></p>": "张三",
    "<p><b>张</b><b>三</b>大家好。</p>": "张三",
    "<p><span class='speaker'>张三</span>大家好。</p>": "张三",
    "<h3>张三</h3>": "张三",
    "<dl><dt>张三</dt></dl>": "张三",
    "<p>大家好，<b>张三</b>来了。</p>": "",
    "<p style='font-weight:bold'>大家好。</p>": "",
    "<p><span style='background-color:#fff'>张三</span>大家好。</p>": "",
    "<p><b style='display:none'>张三</b>大家好。</p>": "",
}


@pytest.mark.parametrize("markup", CASES)
def test_the_emphasised_words_at_a_lines_start(markup: str) -> None:
    [line] = read_lines(parse(f"<html><body>{markup}</body></html>")).lines
    assert line.lead == CASES[markup]


def test_emphasis_ends_with_its_element() -> None:
    sheet = read_lines(parse("<html><body><p><b>张三</b>你好。</p><p>再见。</p><b>李四</b><p>走。</p></body></html>"))
    assert [line.lead for line in sheet.lines] == ["张三", "", "李四", ""]
