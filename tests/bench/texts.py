"""Invented Chinese text without end, spread over its words as language is: some are everywhere, most are rare."""

import random
from bisect import bisect
from itertools import accumulate

# the common characters of GB 2312, in use on the mainland: texts of theirs hold next to no others
_CHARACTERS = [bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF)]
_LITTLE = ["的", "了", "和", "在", "对", "把", "将", "与", "为", "等", "并", "以", "从", "全", "各"]
WORDS = 40_000
COMMON = [
    "工作",
    "发展",
    "建设",
    "全省",
    "推进",
    "项目",
    "企业",
    "服务",
    "群众",
    "安全",
]  # the likeliest words, for searches


class Writer:
    """Writes texts. The same seed gives the same vocabulary and the same text for the same number."""

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed
        pick = random.Random(f"words {seed}")
        coined = ("".join(pick.choices(_CHARACTERS, k=pick.choice((2, 2, 2, 3, 4)))) for _ in range(WORDS))
        self.words = [*COMMON, *dict.fromkeys(coined)]
        self.weights = list(accumulate(1 / (rank + 20) for rank in range(len(self.words))))

    def sentence(self, chance: random.Random) -> str:
        clauses = []
        for _ in range(chance.randint(2, 4)):
            words = [
                self.words[bisect(self.weights, chance.random() * self.weights[-1])]
                for _ in range(chance.randint(3, 7))
            ]
            words.insert(chance.randrange(len(words)), chance.choice(_LITTLE))
            if chance.random() < 0.2:
                words.append(f"{chance.randint(1, 9999)}个")
            clauses.append("".join(words))
        return "，".join(clauses) + "。"

    def title(self, number: int) -> str:
        chance = random.Random(f"title {self.seed} {number}")
        words = [self.words[bisect(self.weights, chance.random() * self.weights[-1])] for _ in range(6)]
        return "".join(words) + chance.choice(["召开新闻发布会", "工作有序推进", "方案公布", "取得新进展"])

    def paragraphs(self, number: int) -> list[str]:
        """A release of 900 to 9,000 characters, 2,700 in the middle of all."""
        chance = random.Random(f"text {self.seed} {number}")
        wanted = max(900, min(9000, int(chance.lognormvariate(7.9, 0.55))))
        found: list[str] = []
        while sum(map(len, found)) < wanted:
            found.append("".join(self.sentence(chance) for _ in range(chance.randint(2, 6))))
        return found
