# Everything by name: `make help` lists it. Nothing here needs a compiler, a GPU or an account.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
CANDIDATES := python3 python3.13 python3.12 python3.11 python3.14
PYTHON ?= $(firstword $(foreach each,$(CANDIDATES),$(shell $(each) -c '$(NEW_ENOUGH)' 2>/dev/null && echo $(each))))
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
# uv when present; it is never asked for torch, for which it knows no CPU build
PIP_INSTALL := $(if $(UV),uv pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check)
DESTDIR ?=

.PHONY: help setup demo test lint bench model install uninstall clean servers torch

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.light ## prepare .venv; after it .venv/bin/hinoban works

demo: setup ## watch the shipped night: a fire is noticed, explained and paged (DEMO_ONCE=1: ends by itself)
	@exec $(BIN)/hinoban demo $(if $(filter-out 0 no,$(DEMO_ONCE)),--once)

test: .venv/.dev servers torch ## install what the tests need, then run them (ARGS="-k outbox" picks some)
	@$(BIN)/python -m pytest $(ARGS)

lint: .venv/.dev ## ruff, mypy and the import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/.dev servers ## measure what the README claims about speed, side by side
	@$(BIN)/python -m bench $(ARGS)

model: .venv/.dev torch ## make the sentiment model again into build/model (hours; needs the public sets, ARGS="--data DIR")
	@$(BIN)/python -m models.sentiment.training $(ARGS)

install: ## as root: /opt/hinoban, /etc/hinoban and the systemd unit (DESTDIR=... stages it)
	@DESTDIR="$(DESTDIR)" PYTHON="$(PYTHON)" scripts/service.sh install

uninstall: ## as root: take back what install put there; configuration and data stay
	@DESTDIR="$(DESTDIR)" scripts/service.sh uninstall

clean: ## remove .venv and every cache
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

servers:
	@scripts/test-servers.sh

torch: .venv/.dev
	@TORCH="$(TORCH)" scripts/test-torch.sh $(BIN)/python

.venv/bin/python:
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' 2>/dev/null || { echo "Hinoban needs Python 3.11 or newer, and" \
	  "$(if $(PYTHON),$(PYTHON) is none,none of $(CANDIDATES) is); say which one: make setup PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "making .venv with $$("$(PYTHON)" --version)"
	@$(if $(UV),uv venv --quiet --seed --python "$$(command -v "$(PYTHON)")" .venv,"$(PYTHON)" -m venv .venv) || { rm -rf .venv; \
	  echo "the virtual environment could not be made; on Debian: apt-get install python3-venv" >&2; exit 1; }

.venv/.light: pyproject.toml | .venv/bin/python
	@echo "installing the light runtime (once)"
	@$(PIP_INSTALL) -e .
	@touch $@

.venv/.dev: pyproject.toml | .venv/bin/python
	@echo "installing what tests and checks need (once)"
	@$(PIP_INSTALL) -e '.[dev]'
	@touch $@ .venv/.light
