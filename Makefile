# Two commands do everything on a machine with Python 3.11+, make and git: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
VALIDATORS := $(VENV)/validators
SITE := $(VENV)/.site

# Compiled modules are kept whatever the environment says: the tests start many programs, and a second run starts sooner.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test test-all test-team explore validators lint format docs site pictures bench clean

demo: $(READY)
	$(BIN)/reader open sample_articles/harbour-heat-pump.txt

# The everyday tests: all but the slow ones, and few examples of each property.
test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist=worksteal -m "not slow and not server"

# And then what those leave out: the slow ones, and every property with many examples.
test-all: test
	HYPOTHESIS_PROFILE=ci $(BIN)/python -m pytest -n 2 --dist=worksteal -m "(slow or hypothesis) and not server"

# A team on a real server, which is started for it. Needs ceph-mon, ceph-osd, radosgw and ceph-common of Debian or Ubuntu.
test-team: $(READY)
	$(BIN)/python -m pytest -m server tests/team/real -rs

# Every property with new examples, drawn at random: what fails here becomes an example in its test.
explore: $(READY)
	HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest -n 2 --dist=worksteal -m "hypothesis and not server"

# The exports as the programs of others read them, and the HTML report in Chromium. Needs Chromium, Java and npm.
validators: $(READY) $(VALIDATORS)/.ready
	$(BIN)/python -m pytest -n 2 --dist=worksteal tests/browser tests/unit/test_exchange*.py tests/unit/test_cli_export.py

$(VALIDATORS)/.ready: pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[dev,validators,browser]"
	npm install --prefix $(VALIDATORS) --no-audit --no-fund --silent axe-core@4 vnu-jar
	touch $@

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/python docs/write.py --check

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY)
	$(BIN)/python docs/write.py

# The documentation as a site in build/site, with every link between its pages checked.
site: $(SITE)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

$(SITE): pyproject.toml $(READY)
	$(BIN)/python -m pip install --quiet --editable ".[docs]"
	touch $@

# The pictures of the documentation anew, from the program itself.
pictures: $(READY)
	env -u NO_COLOR TEXTUAL_ANIMATIONS=none COLORTERM=truecolor TERM=xterm-256color PYTHONPATH=. $(BIN)/python docs/pictures.py

bench: $(READY)
	$(BIN)/python -m benchmarks

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $(READY)

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
