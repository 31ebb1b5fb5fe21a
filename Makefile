# Everything runs in an environment of its own, .venv, made on first use. Needs Python 3.11 or later and make.
PYTHON ?= python3
VENV ?= .venv
RUN = $(VENV)/bin/python

# Environments that aren't there, that an older Python made, or whose Python has gone: they are made anew.
RECENT = import sys; sys.exit(sys.version_info < (3, 11))
OLD := $(foreach venv,$(VENV) benchmarks/.venv,$(if $(shell $(venv)/bin/python -c "$(RECENT)" 2> /dev/null && echo yes),,$(venv)))
# Nothing is cleared but environments.
clear_old = $(if $(filter $(1),$(OLD)),$(if $(wildcard $(1)/pyvenv.cfg),--clear))

# The tests start many Pythons: without the files that keep compiled modules, each of them would compile all it imports anew.
unexport PYTHONDONTWRITEBYTECODE

# How many random programs are compiled and checked, and what their seeds start with.
N ?= 2000
BASE ?= $(shell git rev-parse --short HEAD 2> /dev/null || echo fixed)

# Whatever `make help` lists, whether or not there is a file of that name.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*\#\# .*/\1/p' Makefile) $(OLD:%=%/.installed)

help: ## list what make can do here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.installed ## train and explain all the textbook's tasks; pictures under out/
	$(RUN) -m tasks

tables: $(VENV)/.installed ## train on the published sets in CHALKGRAD_DATA and write tasks/RESULTS.md, beside published results; takes hours
	$(RUN) -m tasks sentiment --table
	$(RUN) -m tasks language-model --table
	$(RUN) -m tasks.support.results_page out tasks/RESULTS.md

test: $(VENV)/.installed-for-tests ## run the tests and the examples in the documentation
	$(RUN) -m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder

test-engines: $(VENV)/.installed-for-tests ## run the tests of compiled programs with NumPy and with machine code, and without llvmlite
	$(RUN) -m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder --engine numpy --engine native tests/autograd/vectorizing tests/nn
	$(RUN) -m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder --without-llvmlite tests/autograd/vectorizing tests/nn

coverage: $(VENV)/.installed-for-tests ## run the tests and list the lines and branches that none of them reaches, by file
	$(RUN) -m pytest --numprocesses auto --dist loadscope --no-loadscope-reorder --cov

generated: $(VENV)/.installed ## write the types and the reference page that follow from the table, and coefficients of polynomials
	$(RUN) tools/generate.py
	$(RUN) tools/coefficients.py

notebooks: $(VENV)/.installed-for-tests ## run all notebooks in clean kernels and write them with their outputs
	$(RUN) tools/notebooks.py

lab: $(VENV)/.installed ## open the notebooks in JupyterLab
	$(RUN) -m pip install --quiet --editable ".[test-jupyterlab]"
	$(RUN) -m jupyter lab notebooks/README.md

assignments: $(VENV)/.installed-for-tests ## build the assignments for otter-grader, without their solutions, under out/; downloads 500 MB
	$(RUN) -m pip install --quiet --editable ".[test,assignments]"
	$(RUN) -m pytest tests/notebooks/test_assignments.py
	$(RUN) tools/assignments.py

slides: $(VENV)/.installed ## write the lessons as slides into out/slides, which open from disk; needs npm
	$(RUN) -m pip install --quiet --editable ".[slides]"
	$(RUN) -m tools.slides.build

random-programs: $(VENV)/.installed-for-tests ## compile N random programs and check them, different ones for each commit; more random graphs
	RANDOM_PROGRAMS=$(N) RANDOM_PROGRAMS_BASE=$(BASE) $(RUN) -m pytest --numprocesses auto --dist worksteal tests/autograd/vectorizing/test_structured_programs.py tests/autograd/vectorizing/native/test_random_structures.py tests/autograd/vectorizing/native/test_chunks.py tests/autograd/vectorizing/test_random_programs.py tests/autograd/checking/test_random_graphs.py tests/autograd/test_random_expressions.py

test-jupyterlab: $(VENV)/.installed-for-tests ## the tests in JupyterLab and Notebook themselves, which need Chromium and take two minutes
	$(RUN) -m pip install --quiet --editable ".[test,test-jupyterlab]"
	$(RUN) -m pytest -m jupyterlab tests/browser

release: $(VENV)/.installed-for-tests ## build the wheel and the source archive, and try both in empty environments
	$(RUN) -m pip install --quiet --editable ".[test-release]"
	$(RUN) tools/check_release.py

playground: $(VENV)/.installed-for-tests ## lay out the page that runs Python in the browser, in out/site/playground; needs npm
	$(RUN) -m tools.playground.build

test-tables: $(VENV)/.installed-for-tests ## the rows of `make tables` in short versions, those on published sets where CHALKGRAD_DATA names them
	$(RUN) -m pytest --numprocesses auto --dist worksteal -m tables tests/tasks

test-jax: $(VENV)/.installed-for-tests ## programs as functions of JAX, on eight simulated devices and in two processes; downloads 100 MB
	$(RUN) -m pip install --quiet --editable ".[test,jax]"
	$(RUN) -m pytest --numprocesses auto --dist worksteal -m jax tests/autograd/number_systems tests/autograd/vectorizing tests/nn tests/tasks

test-onnx: $(VENV)/.installed-for-tests ## programs as ONNX files, run by onnxruntime
	$(RUN) -m pip install --quiet --editable ".[test,onnx]"
	$(RUN) -m pytest -m onnx tests/autograd/vectorizing/onnx tests/tasks

test-playground: $(VENV)/.installed-for-tests ## build that page and test it in Chromium
	$(RUN) -m pytest -m playground tests/browser

docs: $(VENV)/.installed-for-docs ## build the site into out/site, which opens from disk
	$(RUN) tools/documentation/build.py

test-site: docs $(VENV)/.installed-for-tests ## build the site, and look at every page of it in Chromium
	$(RUN) tools/documentation/fetch_axe.py
	$(RUN) -m pytest --numprocesses auto -m site tests/site tests/browser/test_site.py tests/browser/test_slides.py

self-test: $(VENV)/.installed ## break every rule of the table in turn, and count what the check of derivatives finds
	$(RUN) -m autograd.checking --self-test

check: $(VENV)/.installed-for-tests ## style and types
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

bench: $(VENV)/.installed benchmarks/.venv/.installed ## measure the speed against other engines
	benchmarks/.venv/bin/python benchmarks/eager.py
	benchmarks/.venv/bin/python benchmarks/vectorized.py
	benchmarks/.venv/bin/python benchmarks/native.py
	benchmarks/.venv/bin/python benchmarks/training_steps.py
	benchmarks/.venv/bin/python benchmarks/training_steps.py --all-cores
	benchmarks/.venv/bin/python benchmarks/outgrowing.py
	$(if $(CHALKGRAD_DATA),benchmarks/.venv/bin/python benchmarks/textbook_tasks.py)
	$(RUN) benchmarks/drawing.py
	benchmarks/.venv/bin/python benchmarks/checking.py

clean: ## remove the environments and what was made
	rm -rf $(VENV) benchmarks/.venv out build dist *.egg-info

define require_recent
@$(PYTHON) -c "$(RECENT)" || { echo "Chalkgrad needs Python 3.11 or later, and $(PYTHON) is not one; name another, as in: make demo PYTHON=python3.12" >&2; exit 2; }
endef

$(VENV)/.installed: pyproject.toml
	$(require_recent)
	$(PYTHON) -m venv $(call clear_old,$(VENV)) $(VENV)
	$(RUN) -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-for-tests: pyproject.toml $(VENV)/.installed
	$(RUN) -m pip install --quiet --editable ".[test]"
	touch $@

$(VENV)/.installed-for-docs: pyproject.toml $(VENV)/.installed
	$(RUN) -m pip install --quiet --editable ".[docs]"
	touch $@

benchmarks/.venv/.installed: benchmarks/requirements.txt
	$(require_recent)
	$(PYTHON) -m venv $(call clear_old,benchmarks/.venv) benchmarks/.venv
	benchmarks/.venv/bin/python -m pip install --quiet --requirement benchmarks/requirements.txt
	touch $@
