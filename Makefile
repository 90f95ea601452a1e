# Everything a developer or a visitor starts. Each target installs what it needs into .venv, once, from the locks.
# Needs: make, and Python 3.11, 3.12 or 3.13 (PYTHON=/path/to/python chooses one).

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.installed-runtime
DEV := $(VENV)/.installed-dev
ARGS ?=

# compiled modules make each command start three times as fast
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo up down test test-thorough chaos lint pages dashboards bench bench-full client lock
.DEFAULT_GOAL := help

help:
	@echo "make install     what tradewind needs, into .venv (the targets below do it by themselves)"
	@echo "make demo        three simulated stores, from Amazon's reports to marts and briefs, in .tradewind/demo"
	@echo "make up          warehouse, schedules and Dagster's UI; Ctrl-C stops them (make down: from elsewhere)"
	@echo "make test        the tests; ARGS='tests/unit -k slices' for some"
	@echo "make test-thorough  further seeds, restatements of more marts, a soak"
	@echo "make chaos       \`up\` struck at random for 15 minutes (ARGS='--minutes 5 --seed 1'), then compared with the truth"
	@echo "make lint        format, style, imports, SQL, types, holes (bandit, pip-audit, zizmor), secrets in tracked files"
	@echo "make pages       what is made from the catalogue and the marts, after a change of a feed, a mart or its yml"
	@echo "make dashboards  Grafana's dashboards, after a change of tools/dashboards.py"
	@echo "make bench       the benchmarks, some 20 minutes (make bench-full: at full size, an hour)"
	@echo "make client      a typed client of the API in Python, made of its OpenAPI document, in .tradewind/client"
	@echo "make lock        pin every dependency again after a change of pyproject.toml"

install: $(RUNTIME)
	@echo "Ready: $(BIN)/tradewind --help"

demo: $(RUNTIME)
	@$(BIN)/tradewind demo $(ARGS)

up: $(RUNTIME)
	@$(BIN)/tradewind up $(ARGS)

down:
	@if [ -x $(BIN)/tradewind ]; then $(BIN)/tradewind down --all; else echo "Nothing is installed, so nothing runs."; fi

# four processes on two cores: half of their time tests wait for answers, back-offs and processes of their own
test: $(DEV)
	@$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

test-thorough: $(DEV)
	@$(BIN)/pytest -n 2 --dist loadfile -m thorough $(ARGS)

chaos: $(DEV)
	@$(BIN)/python -m tests.chaos $(ARGS)

# sqlfluff's processes end before they have tidied up, of which Python would warn now and then
lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/sqlfmt --check dbt_project
	PYTHONWARNINGS=ignore:resource_tracker $(BIN)/sqlfluff lint --processes 2 --disable-progress-bar \
	    dbt_project/models/intermediate dbt_project/models/parts dbt_project/models/marts dbt_project/models/views
	$(BIN)/mypy
	$(BIN)/bandit --quiet --severity-level medium --configfile pyproject.toml --recursive pipelines simulator
	$(BIN)/zizmor --quiet --offline --config .github/zizmor.yml .github/workflows
	@$(BIN)/python .ci/audit_dependencies.py
	@bash .ci/check-tracked-files

pages: $(DEV)
	@$(BIN)/python -m pipelines.transformation.dictionary --write
	@$(BIN)/python -m pipelines.feeds.describe

dashboards: $(DEV)
	@$(BIN)/python tools/dashboards.py

bench: $(DEV)
	@$(BIN)/python -m bench $(ARGS)

bench-full: $(DEV)
	@$(BIN)/python -m bench --full $(ARGS)

# --- the environment ---

CHECK = import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

$(BIN)/python:
	@for candidate in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	    if $$candidate -c '$(CHECK)' 2>/dev/null; then found=$$candidate; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    printf '%s\n' \
	        "Tradewind needs Python 3.11, 3.12 or 3.13 with its venv module, and none was found ($$(python3 --version 2>&1))." \
	        "One command brings one:" \
	        "  Debian 12, 13   sudo apt install python3 python3-venv" \
	        "  Ubuntu          sudo add-apt-repository -y ppa:deadsnakes/ppa && sudo apt install -y python3.13 python3.13-venv" \
	        "  Fedora          sudo dnf install python3.13" \
	        "  macOS           brew install python@3.13" \
	        "One that is elsewhere is named so: make PYTHON=/path/to/python3.13 ..." >&2; \
	    exit 1; \
	fi; \
	echo "Making $(VENV) with $$($$found --version)"; \
	$$found -m venv --clear $(VENV)

# a stamp younger than its lock and pyproject.toml says: nothing to install
$(DEV): requirements-dev.lock requirements.lock pyproject.toml tools/install.py | $(BIN)/python
	@$(BIN)/python tools/install.py requirements-dev.lock
	@touch $(RUNTIME) $(DEV)

$(RUNTIME): requirements.lock pyproject.toml tools/install.py | $(BIN)/python
	@$(BIN)/python tools/install.py requirements.lock
	@touch $(RUNTIME)

# --- the locks: for every platform and Python at once, with hashes, without any address of a registry ---

UV = $(shell command -v uv || echo $(BIN)/uv)
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
          --no-emit-find-links --no-header --no-annotate --no-strip-extras --group build pyproject.toml

client: $(DEV)
	@$(BIN)/python tools/api_client.py $(ARGS)

lock: | $(BIN)/python
	@command -v $(UV) >/dev/null || $(BIN)/python -m pip install --quiet uv
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --constraint requirements.lock --group dev --output-file requirements-dev.lock
