"""Guided fuzzing of the reading of pages: `python -m tests.trust.fuzz -max_total_time=300`; needs atheris."""

import sys

import atheris

with atheris.instrument_imports(include=["pipelines"]):
    from tests.trust.test_fuzz import outcome


def one(data: bytes) -> None:
    outcome(bytes(data))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
