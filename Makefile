# make run    build the environment, prepare the sample site, serve it
# make test   run the tests          make check  lint, types, architecture
# make bench  benchmarks with peers  make lock   renew requirements/*.lock (needs uv)

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Tests wait for browsers, servers and databases half of their time: two for each core.
WORKERS ?= $(shell expr 2 \* $$(nproc 2>/dev/null || echo 2))
SOURCES := pyproject.toml hatch_build.py web/package-lock.json web/vendor.toml
PIP := $(BIN)/python -m pip --disable-pip-version-check
PIP_INSTALL := $(PIP) install --progress-bar on

.PHONY: run test check bench lock clean

run: $(VENV)/run.stamp
	@$(BIN)/gisapp demo --dir var/demo

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 8 --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev.stamp
	@for script in benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml -o requirements/run.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
		-c requirements/run.lock pyproject.toml --group dev -o requirements/dev.lock

clean:
	rm -rf $(VENV) var dist web/static/vendor

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or newer is needed: make run PYTHON=/path/to/python3.11'; exit 1; }
	@echo '== building the environment in $(VENV)'
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo 'No virtual environment could be made. On Debian: apt-get install python3-venv'; exit 1; }

$(VENV)/run.stamp: requirements/run.lock $(SOURCES) | $(BIN)/python
	@echo '== installing the locked packages'
	@$(PIP_INSTALL) --require-hashes -r requirements/run.lock
	@$(PIP_INSTALL) -q --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock $(VENV)/run.stamp
	@echo '== installing the locked packages for tests'
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.lock
	@touch $@
