# Everything runs in an environment of its own, .venv, made on first use. Needs Python 3.11 or later and make.
PYTHON ?= python3
VENV ?= .venv
RUN = $(VENV)/bin/python

# How many random programs are compiled and checked, and what their seeds begin with.
N ?= 2000
BASE ?= $(shell git rev-parse --short HEAD 2> /dev/null || echo fixed)

.PHONY: demo test random-programs test-jupyterlab self-test check bench clean

demo: $(VENV)/.installed ## train and explain all the text's tasks; pictures under out/
	$(RUN) -m tasks

test: $(VENV)/.installed-for-tests ## run the tests and the examples in the documentation
	$(RUN) -m pytest

random-programs: $(VENV)/.installed-for-tests ## compile N random programs and check them, other ones for each commit
	RANDOM_PROGRAMS=$(N) RANDOM_PROGRAMS_BASE=$(BASE) $(RUN) -m pytest tests/autograd/vectorizing/test_structured_programs.py

test-jupyterlab: $(VENV)/.installed-for-tests ## the tests in JupyterLab and Notebook themselves, which need Chromium and take two minutes
	$(RUN) -m pip install --quiet --editable ".[test,test-jupyterlab]"
	$(RUN) -m pytest -m jupyterlab tests/browser

self-test: $(VENV)/.installed ## break every rule of the table in turn, and count what the check of derivatives finds
	$(RUN) -m autograd.checking --self-test

check: $(VENV)/.installed-for-tests ## style and types
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

bench: $(VENV)/.installed benchmarks/.venv/.installed ## measure the speed against other engines
	benchmarks/.venv/bin/python benchmarks/eager.py
	benchmarks/.venv/bin/python benchmarks/vectorized.py
	$(RUN) benchmarks/drawing.py
	benchmarks/.venv/bin/python benchmarks/checking.py

clean: ## remove the environments and what was made
	rm -rf $(VENV) benchmarks/.venv out build *.egg-info

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-for-tests: pyproject.toml $(VENV)/.installed
	$(RUN) -m pip install --quiet --editable ".[test]"
	touch $@

benchmarks/.venv/.installed: benchmarks/requirements.txt
	$(PYTHON) -m venv benchmarks/.venv
	benchmarks/.venv/bin/python -m pip install --quiet --requirement benchmarks/requirements.txt
	touch $@
