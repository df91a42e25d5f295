# Muster: everything a developer types. `make` alone lists it.
# Needs Python 3.11 or newer and make; each target makes `.venv` itself and keeps it current.

PYTHON ?= python3
# Two more than there are cores: tests wait for browsers, servers and real time, too.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)

BIN := .venv/bin
INSTALLED := .venv/.installed
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist load --maxschedchunk 1
AUDIT := build/audit/bin/pip-audit
PIP_AUDIT := pip-audit==2.10.1
PIP_TOOLS := pip-tools==7.6.2
LOCK := build/lock/bin/pip-compile --quiet --no-config --generate-hashes --strip-extras \
	--allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(LOCK_FLAGS)

# What was compiled once is kept, whatever the environment says: all workers read the same tests.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test everything check lint types contracts collect audit browser fuzz bench soak reliability lock clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## run Muster against a pretend Slack workspace, no account needed
	$(BIN)/muster demo

test: $(INSTALLED) ## run the tests, those in a browser excepted; ARGS="-k cadence" narrows them
	$(PYTEST) -m "not browser" $(ARGS)

everything: $(INSTALLED) ## run all tests, those in a browser too
	$(PYTEST) $(ARGS)

check: lint types contracts audit test ## lint, types, contracts, audit, then the tests

lint: $(INSTALLED) ## look for mistakes and for unformatted files
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(INSTALLED) ## check the types, strictly
	$(BIN)/mypy

contracts: $(INSTALLED) ## check who imports whom
	$(BIN)/lint-imports --no-logo

audit: $(INSTALLED) $(AUDIT) ## check hashes and licences, write build/muster.cdx.json, look for known weaknesses
	$(BIN)/python -m supply bill
	$(BIN)/python -m supply advisories

collect: $(INSTALLED) ## import all tests, none is run: the workers then find them compiled
	@mkdir -p build
	$(BIN)/pytest --collect-only --quiet >build/collected || { tail -n 40 build/collected; exit 1; }

# Where the index cannot be reached there is no tool, and `advisories` says that nothing was asked.
$(AUDIT):
	$(PYTHON) -m venv build/audit
	-build/audit/bin/pip install --quiet --disable-pip-version-check $(PIP_AUDIT)

browser: $(INSTALLED) ## run the tests that drive Chromium
	$(PYTEST) -m browser $(ARGS)

fuzz: $(INSTALLED) ## look for hours for input that breaks something; ARGS="-k typed" narrows it
	$(BIN)/pytest --hypothesis-profile=fuzz -p no:randomly -o faulthandler_timeout=0 \
		tests/safety tests/playbooks/test_any_input.py -k "fuzz or any_input" $(ARGS)

bench: $(INSTALLED) ## measure what docs/performance.md promises, and print the table
	$(BIN)/python -m bench $(ARGS)

soak: $(INSTALLED) ## load and faults for ten minutes; ARGS="2 PostgreSQL" takes two, on a server
	$(BIN)/python -m bench.soak $(ARGS)

reliability: $(INSTALLED) ## put faults in, count what is survived, write docs/reliability.md
	@mkdir -p build && rm -f build/reliability.rows
	RELIABILITY_ROWS=$(CURDIR)/build/reliability.rows $(PYTEST) -m faults $(ARGS); \
		$(BIN)/python -m tests.reliability build/reliability.rows

lock: ## renew both requirements files; LOCK_FLAGS=--upgrade takes newer versions
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet $(PIP_TOOLS)
	CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) --extra postgres \
		--output-file requirements.txt pyproject.toml
	CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) --extra postgres --extra otel --extra dev \
		--constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

clean: ## remove what was made: .venv, caches, build products
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf build dist artefacts *.egg-info .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is written last, so that an installation that was cut off starts again.
$(INSTALLED): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Muster needs Python 3.11 or newer; try: make PYTHON=python3.11")'
	@echo "Installing Muster and what it needs into .venv; this takes a minute or two, once."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
