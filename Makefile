# Every chore is one command; each builds what it needs, once. `make help` lists them.
#
# What is installed is remembered by stamp files in .venv, one for each extra of pyproject.toml,
# so a second call starts at once and a change of pyproject.toml installs the difference.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet --editable
ARGS ?=
SHARED_STORE := $(if $(findstring postgres,$(DATABASE_URL)$(shell grep -s ^DATABASE_URL= .env)),$(VENV)/.postgres)

.DEFAULT_GOAL := help
.PHONY: help install demo run check reference bench test lint types cover clean
.DELETE_ON_ERROR:

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Confab needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml $(VENV)/pyvenv.cfg
	@echo "Installing what Confab needs; this takes a minute or two."
	@$(INSTALL) .
	@touch $@

$(VENV)/.%: pyproject.toml $(VENV)/.run
	@echo "Installing what $* needs as well."
	@$(INSTALL) '.[$*]'
	@touch $@

install: $(VENV)/.run ## install what Confab needs to run

demo: $(VENV)/.demo ## talk to it in the browser, without a Discord account
	$(BIN)/python -m bot demo $(ARGS)

# Exit code 19 says that a package is missing: the chosen model has yet to be converted.
run: $(VENV)/.run $(SHARED_STORE) ## run the bot on Discord, with DISCORD_TOKEN in .env
	@$(BIN)/python -m bot run $(ARGS) || { \
		code=$$?; [ $$code -eq 19 ] || exit $$code; \
		$(MAKE) --no-print-directory reference && $(BIN)/python -m bot run $(ARGS); }

check: $(VENV)/.run $(SHARED_STORE) ## look for what would keep it from running
	$(BIN)/python -m bot check $(ARGS)

reference: $(VENV)/.reference ## install torch and transformers: conversion, GPU, other models

bench: $(VENV)/.bench $(VENV)/.reference ## measure; see benchmarks/
	$(BIN)/python -m benchmarks $(ONLY)

test: lint types cover ## install the rest, then lint, types, import rules and every test

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(VENV)/.dev
	$(BIN)/mypy

cover: $(VENV)/.dev
	$(BIN)/python -m pytest --cov --cov-report=term $(ARGS)

clean: ## forget everything that make has built
	rm -rf $(VENV) .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
