# Everything runs in .venv, which `make setup` makes from the lock file. Needs Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8001

.PHONY: setup demo crawl-demo serve test test-slow test-chance check lock bench bench-growth bench-replay bench-archive bench-extract bench-dedup bench-site

setup: $(VENV)/ready

# --no-deps: the lock file is complete, and pip 23.2.1 cannot resolve the extra lxml[html-clean] that it names
$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: setup
	$(BIN)/python -m demo --serve --port $(PORT)

crawl-demo: setup
	$(BIN)/python -m demo

serve: setup
	$(BIN)/scrapy serve --port $(PORT)

test: setup
	$(BIN)/pytest

test-slow: setup
	$(BIN)/pytest -m slow --numprocesses=0

# examples by chance, ten times as many
test-chance: setup
	$(BIN)/pytest -m hypothesis --hypothesis-profile=chance

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# nginx-light of Debian serves the replica site; N: pages, releases; DIR: where an archive is kept for another run
bench: setup
	$(BIN)/python -m tests.bench.crawl $(if $(N),--pages $(N))

bench-growth: setup
	$(BIN)/python -m tests.bench.growth $(if $(N),--releases $(N))

bench-replay: setup
	$(BIN)/python -m tests.bench.replay $(if $(N),--pages $(N)) $(if $(DIR),--folder $(DIR))

bench-archive: setup
	$(BIN)/python -m tests.bench.archive $(if $(N),--releases $(N)) $(if $(DIR),--folder $(DIR))

bench-extract: setup
	$(BIN)/python -m tests.bench.extract

bench-site: setup
	$(BIN)/python -m tests.bench.pages $(if $(N),--releases $(N)) $(if $(DIR),--folder $(DIR))

bench-dedup: setup
	$(BIN)/python -m tests.bench.dedup

# uv resolves for every platform and Python at once; it is needed for this alone
lock:
	uv pip compile --universal --python-version 3.11 --extra dev --extra dask --generate-hashes --no-annotate --no-header pyproject.toml -o requirements.lock
