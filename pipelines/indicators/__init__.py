"""Figures of a text as data: names, values and changes."""

from pipelines.indicators.find import find_indicators

__all__ = ["find_indicators"]
