# Zhiyin's commands. `make run` is all that a new user needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A cut of the sample company that loads within the time of a first cup of tea.
SAMPLE ?= --stores 150 --days 300

.PHONY: env dev assets run test test-fast check format words bench screenshots train accuracy lock clean

env: $(VENV)/.run

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python requirements/run.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.train: $(VENV)/.run requirements/train.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/train.txt
	@touch $@

dev: $(VENV)/.dev

assets: $(VENV)/.run
	@$(BIN)/python -m zhiyin.console.assets

run: assets
	@$(BIN)/zhiyin sample --if-empty --past-incidents $(SAMPLE)
	@$(BIN)/zhiyin up

# A file of tests stays in one process, with what it shares.
IN_PARALLEL = -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test: dev assets
	$(BIN)/python -m pytest $(IN_PARALLEL)
	@$(BIN)/python tests/on_postgres.py

test-fast: dev assets
	$(BIN)/python -m pytest -m "not slow and not browser"

check: dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	ZHIYIN_HOME=$$(mktemp -d) $(BIN)/django-admin makemigrations --check --dry-run --settings zhiyin.config.settings

format: dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Compiles what translators wrote.
words: dev
	for room in src/zhiyin/*/locale; do $(BIN)/pybabel --quiet compile --domain django --directory $$room; done

bench: dev
	$(BIN)/python -m benchmarks

# Needs Chromium; writes docs/images/.
screenshots: dev assets
	$(BIN)/python -m tests.browser.screenshots

train: $(VENV)/.train
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python training/train_polarity.py --data ../shared/data --output src/zhiyin/understand/models/polarity.npz
	$(BIN)/python training/count_background.py --data ../shared/data
	$(BIN)/python training/train_aspects.py --data ../shared/data --output src/zhiyin/understand/models/aspect_cues.npz
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python training/train_subjects.py --data ../shared/data --output src/zhiyin/understand/models/subjects.npz
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python training/train_causes.py --data ../shared/data --output src/zhiyin/understand/models/causes.npz

# Needs the public data sets; some ten minutes.
accuracy: $(VENV)/.train
	$(BIN)/python training/report_accuracy.py --data ../shared/data --output docs/accuracy.md

# Pins every package with its hashes; no index address is written.
lock: $(BIN)/python
	$(BIN)/python -m pip install --quiet pip-tools
	for name in run dev train tools; do \
	  $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-header \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	    --output-file requirements/$$name.txt requirements/$$name.in; \
	done

clean:
	rm -rf $(VENV) node_modules src/zhiyin/console/static/vendor
