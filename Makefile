# Everything runs in .venv, made from the hashed locks in requirements/. No index is named: pip's own settings decide.
#   make demo    a year of one partnership, shown as it happens      make test    the tests, in parallel
#   make setup   the whole development environment                   make lint    ruff, mypy, the arrows between rooms
#   make test-long   the same plays at every door and on both databases, and those that take longest
#   make bench   figures as JSON      make lock   new locks (make lock UPGRADE=--upgrade)      make clean
#   make docs    every page and picture that is made from the code, anew      make coverage   docs/coverage.csv only
#   make look    every web page and every card for Teams in Chromium: axe, on a telephone and at a desk; pictures anew

SHELL := /bin/sh
PYTHON ?= python3
ARGS ?=
UPGRADE ?=

# One more than there are cores: many tests wait, for a socket or for a second to pass.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1) + 1)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
LOCKED := install --quiet --no-deps --require-hashes

# A stamp's name holds a sum of what it was made from: nothing is installed again until a lock or pyproject.toml changes.
sum = $(shell cat pyproject.toml $(1) | cksum | cut -d' ' -f1)
RUN_STAMP := $(VENV)/.run-$(call sum,requirements/run.lock)
DEV_STAMP := $(VENV)/.dev-$(call sum,requirements/dev.lock requirements/postgres.lock)

# CONVENOR_TEST_REQUIRE=postgres makes missing servers fail the tests instead of skipping them: see tests/postgres.py.

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long lint bench docs coverage look clean lock

help:
	@sed -n 's/^#   //p' Makefile

setup: $(DEV_STAMP)

# The demonstration needs the lighter lock only; a development environment already holds the same pins and more.
demo: $(if $(wildcard $(DEV_STAMP)),,$(RUN_STAMP))
	@$(BIN)/convenor demo $(ARGS)

# Some machines forbid compiled files beside the code; then every process of the tests would compile all of it anew.
test: export PYTHONDONTWRITEBYTECODE =
test: $(DEV_STAMP)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not long" $(ARGS)

test-long: $(DEV_STAMP)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m long $(ARGS)

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(DEV_STAMP)
	@$(BIN)/python -m bench $(ARGS)

docs: coverage
	@$(BIN)/python -m commands.permissions_matrix
	@$(BIN)/python -m commands.message_table
	@$(BIN)/python -m tests.commands.test_commands_page
	@$(BIN)/python -m tests.exchange_picture
	@$(BIN)/python -m tests.slack_pictures

coverage: $(DEV_STAMP)
	@$(BIN)/python -m tests.coverage_table

look: $(DEV_STAMP)
	@$(BIN)/python -m tests.bot.web.looking
	@$(BIN)/python -m tests.bot.teams.looking

clean:
	rm -rf $(VENV) .venv-lock build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "Convenor needs Python 3.11 or later, and '$(PYTHON)' was not found. Install it, or name one: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Convenor needs Python 3.11 or later, and '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name a newer one: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian and Ubuntu it is the package python3-venv: apt-get install python3-venv"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version 2>&1)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUN_STAMP): | $(BIN)/python
	@echo "Installing what Convenor runs on"
	@$(PIP) $(LOCKED) -r requirements/run.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.run-* $(VENV)/.dev-*
	@touch $@

$(DEV_STAMP): | $(BIN)/python
	@echo "Installing what Convenor is developed with"
	@$(PIP) $(LOCKED) -r requirements/dev.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python tests/postgres.py >/dev/null || $(PIP) $(LOCKED) --target $(VENV)/server -r requirements/postgres.lock || \
	  echo "No PostgreSQL server was found and none could be brought. The tests that need one will be skipped; on Debian: apt-get install postgresql"
	@rm -f $(VENV)/.run-* $(VENV)/.dev-*
	@touch $@

# The locks name every package with its hashes, for every platform, and no host.
UV := .venv-lock/bin/uv
COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 $(UPGRADE)

$(UV):
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip --disable-pip-version-check install --quiet uv

lock: $(UV)
	$(COMPILE) pyproject.toml --all-extras --group dev -o requirements/dev.lock
	$(COMPILE) pyproject.toml --group build -c requirements/dev.lock -o requirements/run.lock
	$(COMPILE) --group pyproject.toml:server --no-deps -o requirements/postgres.lock
	@if grep -n '://' requirements/*.lock; then echo "A lock names a host: see above."; exit 1; fi
