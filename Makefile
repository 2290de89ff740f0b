# Every command of the house. A machine needs Python 3.11 to 3.13 and make; everything else goes into .venv/.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
PYTHONS ?= python3.11 python3.12 python3.13
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
ARGS ?=
ENCODER ?=
SECONDS ?= 60
FUZZ ?= tests

# Some machines forbid Python to keep what it has compiled; it would compile all of us anew for every process.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

##@ Use

.PHONY: run
run: $(VENV)/.installed ## Detect the stories of seeds/ and print them; writes out/
	@$(BIN)/dedup run seeds --out out $(ARGS)

##@ Work

# Tests that share what they set up are in one file, and a file is one process's.
PROCESSES ?= 2

.PHONY: test
test: $(VENV)/.dev ## Run all tests and doctests (ARGS="-k framing" to choose)
ifeq ($(strip $(ARGS)),)
	@$(BIN)/python -m pytest --numprocesses=$(PROCESSES) --dist=loadfile --no-loadscope-reorder
else
	@$(BIN)/python -m pytest $(ARGS)
endif

.PHONY: check
check: lint types imports run test ## All that must hold before a commit; .ci/run does the same

.PHONY: lint
lint: $(VENV)/.dev ## Rules and format (ruff)
	@$(BIN)/ruff check -q
	@$(BIN)/ruff format -q --check || { echo "run 'make format'" >&2; exit 1; }

.PHONY: format
format: $(VENV)/.dev ## Format the code and mend what ruff can mend safely
	@$(BIN)/ruff check -q --fix-only
	@$(BIN)/ruff format -q

.PHONY: types
types: $(VENV)/.dev ## Types (mypy --strict)
	@$(BIN)/mypy --strict dedup flows tests benchmarks

.PHONY: imports
imports: $(VENV)/.dev ## Floors: who may import whom (import-linter)
	@$(BIN)/lint-imports --no-cache > $(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log >&2; exit 1; }

.PHONY: gate
gate: $(VENV)/.dev ## Score the labelled corpora against the pinned floors (ARGS="--corpora DIR" for the public sets)
	@$(BIN)/python -m tests.gold.gate $(ARGS)

.PHONY: fit
fit: $(VENV)/.dev ## Refit all models and print their cross-validated figures (ARGS="--corpora DIR"; ENCODER=DIR for those with one)
	@$(BIN)/python -m tests.gold.fit links
	@$(BIN)/python -m tests.gold.fit second
	@test -z '$(ENCODER)' || $(BIN)/python -m tests.gold.fit semantic --encoder '$(ENCODER)'
	@$(BIN)/python -m tests.gold.fit verdict $(ARGS)

.PHONY: browser
browser: $(VENV)/.dev ## The report in Chromium only
	@$(BIN)/python -m pytest -m browser $(ARGS)

.PHONY: bench
bench: $(VENV)-bench/.installed ## Speed and exactness against other tools, into build/bench/ (ARGS="--articles 100000 --rounds 5")
	@$(VENV)-bench/bin/python -m benchmarks compare $(ARGS)

.PHONY: fuzz
fuzz: $(VENV)/.dev ## The laws with 20 times as many examples and every slow case, then damaged files and texts for every reader and the normaliser (FUZZ=tests/text SECONDS=600)
	@$(BIN)/python -m pytest $(FUZZ) -m "hypothesis or slow" --hypothesis-profile=fuzz $(ARGS)
	@test $(FUZZ) != tests || $(BIN)/python -m tests.fuzzing --seconds $(SECONDS)

##@ Keep

.PHONY: constraints
constraints: ## Renew constraints.txt from the newest versions pyproject.toml allows (PYTHONS, oldest first)
	@rm -rf build/constraints && mkdir -p build/constraints && : > build/constraints/pins
	@set -e; for python in $(PYTHONS); do \
		echo "resolving for $$python" >&2; \
		$$python -m venv --clear build/constraints/venv; \
		build/constraints/venv/bin/python -m pip --disable-pip-version-check -q install -c build/constraints/pins '.[dev]'; \
		build/constraints/venv/bin/python -m pip freeze -q --exclude newsdedup > build/constraints/frozen; \
		LC_ALL=C sort -fu build/constraints/frozen build/constraints/pins -o build/constraints/pins; \
	done
	@{ grep '^#' constraints.txt; cat build/constraints/pins; } > build/constraints/new
	@mv build/constraints/new constraints.txt && rm -rf build/constraints

.PHONY: clean
clean: ## Remove the environment, results and caches
	@rm -rf $(VENV) $(VENV)-bench build dist out .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find benchmarks dedup flows tests -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# An empty environment in a folder, unless there is one.
define made
	@test -n "$(PYTHON)" || { echo "No Python 3.11 to 3.13 found: make PYTHON=/path/to/python3.12 ..." >&2; exit 1; }
	@test -x $(1)/bin/pip || $(PYTHON) -m venv $(1)
endef

# Stamps: nothing is installed twice unless what is asked for has changed.

$(VENV)/.installed: pyproject.toml constraints.txt
	$(call made,$(VENV))
	@echo "Installing into $(VENV) (about a minute) ..." >&2
	@$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	@echo "Installing the test tools into $(VENV) ..." >&2
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

# An environment of its own, without our constraints: other tools have theirs (daft wants PyArrow before 26).
$(VENV)-bench/.installed: pyproject.toml
	$(call made,$(VENV)-bench)
	@echo "Installing the tools to compare with into $(VENV)-bench ..." >&2
	@$(VENV)-bench/bin/python -m pip --disable-pip-version-check -q install -e '.[bench]'
	@touch $@
