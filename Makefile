# One word for each thing to do here; `make help` lists them.
# Every target first sets up what it needs in .venv; a second time that costs nothing.

PORT ?=
ARGS ?=
MINUTES ?= 10
PEOPLE ?= 5000
# Test processes: most tests wait for a server now and then, so two cores gain from two.
WORKERS ?= logical
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

# Any Python from 3.11 on; PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	then echo $$p; break; fi; done)

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench fuzz chaos clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | expand -t 10

setup: $(VENV)/dev.stamp ## set up .venv with everything for development

demo: $(VENV)/run.stamp ## the bot in a local Telegram, page on 127.0.0.1 (PORT=8008)
	@exec $(BIN)/duban demo $(if $(PORT),--port $(PORT))

test: $(VENV)/dev.stamp ## all tests (ARGS="-k words" for some, WORKERS=0 for one process)
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist worksteal $(ARGS)

check: $(VENV)/dev.stamp ## lint, format, types, import rules, migrations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py
	$(BIN)/duban db check --models

bench: $(VENV)/dev.stamp ## measurements, also written to build/bench.json
	$(BIN)/python -m tests.bench

fuzz: $(VENV)/dev.stamp ## inputs changed at random; stops where one fails (MINUTES=10)
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) $(ARGS)

chaos: $(VENV)/dev.stamp ## bad weather over a broadcast, and a bot killed at random (PEOPLE=5000)
	DUBAN_TEST_PEOPLE=$(PEOPLE) $(BIN)/python -m pytest -q -s \
		tests/stories/test_weather.py tests/stories/test_kill.py $(ARGS)

clean: ## remove .venv and what was built
	rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: apt install python3" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) 1>&2 || { rm -rf $(VENV); \
		echo "Python's venv is needed: apt install python3-venv" >&2; exit 1; }

# What installs is named in the locks alone: with hashes, as wheels, from whatever index pip
# is set to. All of it tells on standard error, since the first line of `make demo` is an address.
INSTALL = $(PIP) install --quiet --require-hashes --only-binary :all: --requirement
INSTALL_OURSELVES = $(PIP) install --quiet --no-deps --no-build-isolation --no-index --editable .

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what runs (once) ..." >&2
	@$(INSTALL) requirements.lock 1>&2
	@$(INSTALL_OURSELVES) 1>&2
	@touch $@

# The development lock holds the other one whole.
$(VENV)/dev.stamp: requirements-dev.lock requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what runs and what tests it (once) ..." >&2
	@$(INSTALL) requirements-dev.lock 1>&2
	@$(INSTALL_OURSELVES) 1>&2
	@touch $(VENV)/run.stamp $@
