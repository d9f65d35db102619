"""Figures of a text as data: what is counted, how much it is, how it has changed."""

from pipelines.indicators.find import find_indicators

__all__ = ["find_indicators"]
