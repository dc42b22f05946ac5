# Everything a contributor runs. Each target does all of its own set-up: it needs git, make and
# python3 >= 3.11 with venv; the rest comes from PyPI into .venv, and for the tests from Debian and
# from npm into node_modules.
# Written for macOS as well, where it has not been tried.

PYTHON ?= python3
WORKERS ?= 2
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv --quiet pip install --python $(BIN)/python

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test check bench calendars timing docs test-servers

help:
	@echo "make demo    Daygate with a sandbox world and a sample application, on this machine"
	@echo "make test    linters, types, import contracts and every test"
	@echo "make check   linters, types and import contracts only"
	@echo "make bench   what a request costs, as a ratio against a bare handler"
	@echo "make timing  whether the time of a refused secret tells what was wrong with it"
	@echo "make calendars 20,000 generated calendars against another reader of them"
	@echo "make docs    write the generated pages of docs/ again"

demo: $(VENV)/.runtime
	@$(BIN)/daygate demo $(DEMO)

check: $(VENV)/.test
	@echo "==> ruff"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@echo "==> mypy"
	@$(BIN)/mypy --no-error-summary
	@echo "==> import-linter"
	@$(BIN)/lint-imports --no-logo >$(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }

test: check test-servers node_modules/.package-lock.json
	@echo "==> pytest"
	@$(BIN)/python -m pytest --verbosity=0 -n $(WORKERS) $(PYTEST)

calendars: $(VENV)/.test
	@$(BIN)/python -m pytest tests/ical/test_generated.py --calendars 20000 --calendar-seed 7

bench: $(VENV)/.test
	@$(BIN)/python -m bench

timing: $(VENV)/.test
	@$(BIN)/python -m bench.timing

docs: $(VENV)/.test
	@$(BIN)/python scripts/generate_docs.py

test-servers:
	@sh scripts/install_test_servers.sh

# --- Set-up; a stamp is newer than what it was made from ------------------------------------------

$(VENV)/.uv: Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Daygate needs Python 3.11 or later: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "Python's venv is missing: apt-get install python3-venv" >&2; exit 1; }
	@echo "==> Making $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(VENV)/.runtime: $(VENV)/.uv requirements/runtime.txt pyproject.toml
	@echo "==> Installing what Daygate needs"
	@$(UV) --require-hashes -r requirements/runtime.txt
	@$(UV) --no-deps -e .
	@touch $@

$(VENV)/.test: $(VENV)/.runtime requirements/test.txt
	@echo "==> Installing what the tests need"
	@$(UV) --require-hashes -r requirements/test.txt
	@touch $@

# Without npm, test-servers has said so.
node_modules/.package-lock.json: package.json package-lock.json .npmrc | test-servers
	@command -v npm >/dev/null || exit 0; \
	  echo "==> Installing what the tests need from npm" && npm ci >/dev/null && touch $@
