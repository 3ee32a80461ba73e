# Two commands: `make demo` sets everything up and does the main job on the built-in example, `make test` passes the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Byte code is written when a module is first used: a base install without it stays well under 350 MB.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-compile

.PHONY: demo test lint types docs golden gallery bench soak clean

demo: $(VENV)/.base
	$(BIN)/heatleaf demo -o demo-output

test: $(VENV)/.test
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.lint
	$(BIN)/ruff check src tests benchmarks scripts
	$(BIN)/ruff format --check src tests benchmarks scripts

types: $(VENV)/.lint
	$(BIN)/mypy

docs: $(VENV)/.docs
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs build/docs

golden: $(VENV)/.test
	HEATLEAF_UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q tests/golden; git --no-pager diff --stat -- tests/golden

gallery: $(VENV)/.base
	$(BIN)/python scripts/gallery.py

bench: $(VENV)/.test
	for script in $(filter-out benchmarks/soak.py benchmarks/load.py,$(wildcard benchmarks/*.py)); do $(BIN)/python $$script || exit 1; done

soak: $(VENV)/.test
	$(BIN)/python benchmarks/soak.py
	$(BIN)/python benchmarks/load.py

clean:
	rm -rf $(VENV) demo-output build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.python:
	$(PYTHON) -c 'import sys; sys.exit("Heatleaf needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Set PYTHON=python3.x") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.base: $(VENV)/.python pyproject.toml
	$(PIP) --editable '.[reads]'
	touch $@

$(VENV)/.test: $(VENV)/.python pyproject.toml
	$(PIP) --editable '.[test]'
	touch $@ $(VENV)/.base

$(VENV)/.lint: $(VENV)/.test
	$(PIP) --editable '.[test,lint]'
	touch $@

$(VENV)/.docs: $(VENV)/.python pyproject.toml
	$(PIP) --editable '.[docs]'
	touch $@
