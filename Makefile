# Everything runs in .venv. `make setup` makes it from requirements.lock: all that a user needs. The targets of developers add
# requirements-dev.lock to it. Needs Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8001
# wheels alone, with the hashes of the lock. --no-deps: the lock is complete, and pip 23.2.1 cannot resolve the extra lxml[html-clean]
# that it names. --no-compile: Python compiles what is used, a third of what pip would compile
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --only-binary :all: --no-deps --require-hashes --no-compile

.PHONY: setup setup-dev setup-ocr demo crawl-demo serve test test-slow test-chance check lock licences bench bench-all bench-round bench-growth bench-replay bench-archive bench-extract bench-dedup bench-turns bench-site bench-quote

setup: $(VENV)/ready

setup-dev: $(VENV)/ready-dev

# the second line of gongbao.pth lets Ctrl-C end a command without a traceback from its first moment (crawler/__init__.py); it leaves
# the package to be imported anew, since a process may take it from another folder.
# Emptied first: a package that has left the lock leaves .venv too. The last line compiles what a crawl starts with, for services that
# may not write here
$(VENV)/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("gongbao needs Python 3.11 or newer: make setup PYTHON=python3.12")'
	@! test -L $(VENV) || { echo "gongbao: $(VENV) is a link to $$(readlink $(VENV)), which make would empty for whoever else uses it: remove the link, or use its $(BIN)/scrapy without make" >&2; exit 1; }
	@echo "Setting up $(VENV) from requirements.lock: 130 MB to fetch, 420 MB on disk, about a minute"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) -r requirements.lock
	@$(BIN)/python -c 'import site, sys; print(sys.argv[1], "import crawler, sys; del sys.modules[\"crawler\"]", sep="\n", file=open(site.getsitepackages()[0] + "/gongbao.pth", "w"))' "$(CURDIR)"
	@$(BIN)/scrapy list >/dev/null
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.lock
	@echo "Adding the developers' tools of requirements-dev.lock to $(VENV): 150 MB to fetch, 480 MB on disk, about a minute"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

# words in pictures: scanned PDF files, photographs of notices
setup-ocr: setup
	@echo "Adding RapidOCR of requirements-ocr.lock to $(VENV): 290 MB on disk"
	@$(INSTALL) -r requirements-ocr.lock

demo: setup
	$(BIN)/python -m demo --serve --port $(PORT)

crawl-demo: setup
	$(BIN)/python -m demo

serve: setup
	$(BIN)/scrapy serve --port $(PORT)

test: setup-dev
	$(BIN)/pytest

test-slow: setup-dev
	$(BIN)/pytest -m "slow and not alone" --numprocesses=2
	$(BIN)/pytest -m alone --numprocesses=0

# examples by chance, ten times as many
test-chance: setup-dev
	$(BIN)/pytest -m hypothesis --hypothesis-profile=chance

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# nginx-light of Debian serves the replica site; N: pages, releases; FILES: files that they link to; DIR: where an archive is kept for another run
bench: setup-dev
	$(BIN)/python -m tests.bench.crawl $(if $(N),--pages $(N))

# all figures that mean something on any machine, in one table beside that of docs/performance.md; an hour
bench-all: setup-dev
	$(BIN)/python -m tests.bench.all

bench-round: setup-dev
	$(BIN)/python -m tests.bench.round $(if $(N),--sources $(N)) $(if $(DIR),--folder $(DIR))

bench-growth: setup-dev
	$(BIN)/python -m tests.bench.growth $(if $(N),--releases $(N))

bench-replay: setup-dev
	$(BIN)/python -m tests.bench.replay $(if $(N),--pages $(N)) $(if $(DIR),--folder $(DIR))

bench-archive: setup-dev
	$(BIN)/python -m tests.bench.archive $(if $(N),--releases $(N)) $(if $(DIR),--folder $(DIR))

bench-extract: setup-dev
	$(BIN)/python -m tests.bench.extract

bench-site: setup-dev
	$(BIN)/python -m tests.bench.pages $(if $(N),--releases $(N)) $(if $(FILES),--files $(FILES)) $(if $(DIR),--folder $(DIR))

bench-quote: setup-dev
	$(BIN)/python -m tests.bench.asking $(if $(N),--releases $(N)) $(if $(DIR),--folder $(DIR))

bench-dedup: setup-dev
	$(BIN)/python -m tests.bench.dedup

bench-turns: setup-dev
	$(BIN)/python -m tests.bench.turns

# uv resolves for every platform and Python at once; it is needed for this alone. Developers have the very versions of users
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --constraint requirements.lock --extra dev --extra dask --extra browser -o requirements-dev.lock
	$(LOCK) --constraint requirements.lock --extra ocr -o requirements-ocr.lock

# the page of licences, from what is installed
licences: setup
	$(BIN)/python -m tests.licences >docs/licences.md
