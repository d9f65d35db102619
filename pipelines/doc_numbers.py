"""文号, the numbers of official documents: 鲁政发〔2020〕3号."""

import re

_OPEN, _CLOSE = "〔\\[［(（【〈﹝", "〕\\]］)）】〉﹞"
DOC_NUMBER = re.compile(
    rf"[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z]{{0,15}}\s*"
    rf"(?:[{_OPEN}]\s*(?:19|20)\d{{2}}\s*年?\s*[{_CLOSE}]|(?:19|20)\d{{2}}\s*年)\s*(?:第\s*)?\d{{1,5}}\s*号"
)


def normal_number(number: str) -> str:
    """A 文号 in the form of GB/T 9704: year in 〔〕, no blanks: `鲁政发[2020] 3 号` -> `鲁政发〔2020〕3号`."""
    number = re.sub(r"\s+", "", number)
    return re.sub(rf"[{_OPEN}]((?:19|20)\d{{2}})年?[{_CLOSE}]", r"〔\1〕", number)
