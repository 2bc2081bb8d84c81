# `make help` lists the targets. A newcomer needs Python 3.11 or newer, pip, venv and make.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
PEOPLE ?= 2000
FRESH ?=
ALL ?=
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$(( n < 8 ? n : 8 )))
export VIPCLUB_ENV := development
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# install LOCK: the locked packages and the project itself, unless just that is there already.
# The stamp is the check sum of the lock, so that a second run is instant.
define install
	@want="$$(cat $(1) requirements-build.txt pyproject.toml | cksum)"; stamp=$(VENV)/.installed-$(1); \
	if [ "$$(cat $$stamp 2>/dev/null)" = "$$want" ]; then exit 0; fi; \
	if [ ! -x $(BIN)/python ]; then \
	  [ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed (make PYTHON=where it is)" >&2; exit 1; }; \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Python 3.11 or newer is needed; $(PYTHON) is older" >&2; exit 1; }; \
	  echo "Making $(VENV) ..."; $(PYTHON) -m venv $(VENV); fi; \
	echo "Installing $(1) ..."; \
	$(BIN)/pip install --quiet --require-hashes -r $(1) -r requirements-build.txt; \
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --no-index -e .; \
	echo "$$want" > $$stamp
endef

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | \
	  while IFS=$$'\t' read -r name says; do printf '  make %-14s %s\n' "$$name" "$$says"; done

.PHONY: venv venv-dev
venv: ## .venv with all that runs, as locked in requirements.txt
	@if [ -e $(VENV)/.installed-requirements-dev.txt ]; then $(MAKE) venv-dev; \
	else $(MAKE) venv-run; fi
.PHONY: venv-run
venv-run:
	$(call install,requirements.txt)
venv-dev: ## the same and what tests and checks need, as locked in requirements-dev.txt
	$(call install,requirements-dev.txt)

.PHONY: demo
demo: venv ## fill a demo club and serve it (PORT=8000 PEOPLE=2000 FRESH=1)
	@$(BIN)/python -m vipclub.demo --port $(PORT) --people $(PEOPLE) $(if $(FRESH),--fresh)

.PHONY: test
test: venv-dev ## every test, on SQLite and on PostgreSQL, and in a browser where there is one
	@$(BIN)/pytest -q -n $(WORKERS) $(ARGS)

.PHONY: quick
quick: venv-dev lint ## under 90 s: lint, types, contracts, SQLite tests of what is touched (ALL=1)
	@paths="$(if $(ALL),tests,$$($(BIN)/python -m tests.touched))"; \
	$(BIN)/pytest -q -n $(WORKERS) --backend sqlite -m "not race and not browser and not slow" \
	  $(ARGS) $$paths

.PHONY: lint
lint: venv-dev ## format, lint, types and import contracts
	@$(BIN)/ruff format --check --quiet . || { echo "make fmt puts this right" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@out="$$($(BIN)/lint-imports 2>&1)" || { echo "$$out" >&2; exit 1; }

.PHONY: templates
templates: venv-dev ## lint the page templates
	@if [ -d templates ]; then $(BIN)/djlint templates --quiet; fi

.PHONY: translations
translations: venv-dev ## write the catalogues anew, list what is not yet said in three languages
	@$(BIN)/python -m tests.house.catalogues

.PHONY: check
check: lint templates ## what CI runs: everything, and migrations match the models
	@$(MAKE) test

.PHONY: wheel
wheel: venv ## dist/vipclub-VERSION.whl: the code with its templates, migrations and jobs
	@$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --no-index -w dist .
	@ls dist/vipclub-$$($(BIN)/vipclub --version | cut -d' ' -f2)-*.whl

.PHONY: migration
migration: venv-dev ## write the next migration from the models (SAYS="what it does")
	@$(BIN)/python -c 'import sys; from vipclub.migration import revise; revise(sys.argv[1])' \
	  "$(or $(SAYS),$(error SAYS="what it does" is needed))"
	@$(BIN)/ruff check --quiet --fix migrations/versions && $(BIN)/ruff format --quiet migrations/versions

.PHONY: settings
settings: venv-dev ## print docs/operating/settings.md anew from the code
	@$(BIN)/vipclub settings --markdown > docs/operating/settings.md

.PHONY: promises
promises: venv-dev ## what the club promises, and which tests hold it
	@$(BIN)/python -m tests.house.promises

.PHONY: bench
bench: venv-dev ## what a club costs, beside bare code (ARGS="http", ARGS="profile home", ARGS="--help")
	@$(BIN)/python -m tests.bench $(ARGS)

.PHONY: soak
soak: venv-dev ## restarts under load for minutes, with figures (never in CI; ARGS="--minutes 3")
	@$(BIN)/python -m tests.soak $(ARGS)

.PHONY: pictures
pictures: venv-dev ## take the README's pictures anew from a fresh demo (docs/pictures)
	@$(BIN)/python -m tests.browser.pictures

.PHONY: fmt
fmt: venv-dev ## format the code and mend what can be mended
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format --quiet .

.PHONY: lock
lock: venv-dev ## write the lock files anew from requirements*.in
	@for name in requirements requirements-build requirements-dev; do \
	  $(BIN)/uv pip compile $$name.in --quiet --generate-hashes --no-emit-index-url --no-header \
	    --universal --python-version 3.11 -o $$name.txt; done
	@! grep -nE '(index-url|https?://)' requirements*.txt
