# Needs make and Python 3.11 or newer; everything else goes into .venv. Say `make help` for the list.

SHELL   := /bin/sh
PORT    ?= 8080
BIN     := .venv/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check --no-input install -qq
LOCKED  := $(PIP) --no-deps --no-compile --require-hashes -r  # a lock names every library: nothing to resolve
LOCK    := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-config \
           --custom-compile-command "make lock" --group build pyproject.toml
export PORT
# The lock's libraries come without bytecode (--no-compile): let the first process keep what it compiled for the many
# that follow, also where the environment says not to.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help install dev demo test types check bench train storm lock clean

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

install: .venv/.runtime  ## put Small Win and its locked libraries into .venv

dev: .venv/.dev

demo: .venv/.runtime  ## try it all on this machine; PORT=8080, ARGS=--no-open
	@$(BIN)/smallwin demo --port $(PORT) $(ARGS)

test: .venv/.dev  ## run the tests; ARGS="-k name" runs a few
	@if [ "$$CI" = true ]; then scripts/install_browser.sh; fi
	$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

types: .venv/.dev
	$(BIN)/mypy

check: .venv/.dev  ## all that CI asks: style, types, tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@$(MAKE) --no-print-directory -j 2 types test  # mypy has one process: it runs beside the first tests

bench: .venv/.dev  ## measure; ARGS="name --json" picks
	@$(BIN)/smallwin bench $(ARGS)

train: .venv/.dev  ## learn the coach's weights again from prompts/knowledge/corpus; the same corpus gives the same bytes
	$(BIN)/python scripts/train_coach.py
	$(BIN)/python scripts/train_talents.py

storm: .venv/.dev  ## kill it a thousand times while 100,000 events come in; ARGS="--events 10000 --faults 100 --seed 2"
	@$(BIN)/python -m tests.faults.storm $(ARGS)

lock: .venv/.runtime  ## write both lock files again; ARGS=--upgrade takes newer releases
	@$(PIP) uv
	$(LOCK) $(ARGS) --output-file requirements.lock
	$(LOCK) $(ARGS) --extra dev --output-file requirements-dev.lock

clean:  ## remove what the commands above made
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis var
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps make a second run instant: each is newer than what it was made from.

.venv/bin/python:
	@scripts/make_venv.sh .venv

.venv/.runtime: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing into .venv, once: a minute or two"
	@$(LOCKED) requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@echo "Installing the tools of development (once)"
	@$(LOCKED) requirements-dev.lock
	@touch $@
