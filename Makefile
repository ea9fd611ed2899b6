# Everything runs from .venv, which `make setup` builds from the locked requirements and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup browser demo test lint format docs bench cases payroll lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A changed lock file rebuilds the environment from nothing, so that no package outlives its line in the lock.
$(VENV)/.locked: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Trueline needs Python 3.11 or newer: make setup PYTHON=python3.11")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
	@touch $@

setup: $(VENV)/.installed ## build .venv once, and again when the locks change

# Chromium is on no package index. Without it the tests that open pages are skipped, with this as their reason.
browser: ## install Chromium where it is missing, as root on Debian and its kin
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	then apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	else echo "Pages are not tested in a browser: install Chromium, then run make test again."; fi

demo: setup ## show what Trueline does, on a bundled company
	$(BIN)/python examples/demo.py $(ARGS)

test: setup browser ## run the tests; ARGS="-k name" narrows them
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

coverage: setup ## measure which lines and branches of the core the tests reach, compiled kernels too; ARGS=--places lists the rest
	$(BIN)/python -m tests.covered --workers $(WORKERS) $(ARGS)

lint: setup ## style, format, types and the order of the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## rewrite files in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup ## build the documentation; any warning fails, and so does anything fetched from elsewhere
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@if grep -rlE '<(script|link|img)[^>]+(src|href)="(https?:)?//' docs/_build/html --include='*.html'; \
	then echo "these pages load something from another host"; exit 1; fi

bench: setup ## measure the engine
	$(BIN)/python benchmarks/run.py $(ARGS)

payroll: setup ## run the real payroll month beside this checkout and compare every amount
	$(BIN)/python examples/santegra.py $(ARGS)

cases: setup ## check every worked example
	$(BIN)/trueline case cases

# Needs uv on the path; nothing else does. The files name packages, versions and hashes, never where they come from.
LOCK := uv pip compile --quiet --fork-strategy fewest --generate-hashes --universal --python-version 3.11 --no-header --no-annotate
lock: ## renew the lock files; UPGRADE=--upgrade moves every version
	$(LOCK) $(UPGRADE) pyproject.toml -o requirements.lock
	$(LOCK) $(UPGRADE) pyproject.toml --group dev -o requirements-dev.lock

clean: ## remove everything that was built
	rm -rf $(VENV) build dist docs/_build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf .coverage src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
