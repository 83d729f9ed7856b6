# make chat     set up everything, build the index if needed, open the chat on http://127.0.0.1:7860
# make install  make .venv with everything in it
# make test     set up everything, run all the tests, browser tests included
# make check    ruff, mypy --strict, layers
# make evaluate ask the project's own test set, report in report/
# make clean    remove what make has made

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 7860
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.PHONY: chat install test check evaluate format clean

chat: install
	$(BIN)/ketamine-qa index build
	$(BIN)/ketamine-qa serve --port $(PORT)

install: $(STAMP)

# Torch first: pip then keeps the build that is there, whichever index it came from.
$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[evaluate]"
	touch $@

$(DEV_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@

test: $(DEV_STAMP)
	sh tests/browser.sh
	$(BIN)/python -m pytest

check: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py
	$(BIN)/ketamine-qa corpus check

evaluate: install
	$(BIN)/ketamine-qa index build
	$(BIN)/ketamine-qa evaluate tests/testset --thresholds tests/thresholds.toml --json report/result.json --report report

format: $(DEV_STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
