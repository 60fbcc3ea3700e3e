# setup: environment and catalogue.  run: the app.  test: every check.  lint, advisories, bench, catalogue: as named.
# Each does its own set-up, and only what is missing.
PORT ?= 8501
BIN := .venv/bin
PY := $(BIN)/python
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: setup run test lint style types advisories bench catalogue browser provider
.DEFAULT_GOAL := setup

setup: catalogue

.venv/.runtime: requirements.txt pyproject.toml tools/venv.sh
	@sh tools/venv.sh
	@echo "Installing what the app needs (a minute or two, once)"
	@$(PY) -m pip install --quiet -r requirements.txt
	@$(PY) -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	@echo "Installing what the tests need (once)"
	@$(PY) -m pip install --quiet -r requirements-dev.txt
	@touch $@

catalogue: .venv/.runtime
	@$(PY) tools/catalogue.py

run: catalogue
	@echo "Touchstone: http://127.0.0.1:$(PORT)  (Ctrl-C stops it)"
	@exec $(PY) -m streamlit run app/server.py --server.port $(PORT)

browser: .venv/.dev
	@sh tools/browser.sh

provider:
	@sh tools/oidc.sh

lint: .venv/.dev
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target style types

style: .venv/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/bandit -q -c pyproject.toml -r governance app pages tools

types: .venv/.dev
	@$(BIN)/mypy

# Known weaknesses of what is installed; it asks PyPI's advisory database, so it needs the network.
advisories: .venv/.runtime
	@test -x .venv/audit/bin/pip-audit || { $(PY) -m venv .venv/audit && .venv/audit/bin/pip install --quiet pip-audit==2.10.1; }
	@.venv/audit/bin/pip-audit --no-deps --disable-pip -r requirements.txt

test: lint browser provider
	@$(PY) -m pytest -n 2 --dist loadfile

bench: .venv/.dev catalogue browser
	@$(PY) benchmarks/run.py
