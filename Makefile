# Needs only make and Python 3.11 or newer (PYTHON=python3.12 to choose one). Everything goes into .venv.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP_INSTALL := $(PY) -m pip install --disable-pip-version-check -c constraints.txt
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run ui test browser lint docs package lower-bounds audit fuzz kill mutation coverage soak clean

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## Set up .venv with flatnlp, nothing more.
	@echo "Installed: $(VENV)/bin/flatnlp"

run: $(VENV)/.installed ## Train base, adv and flat on a small data set, attack them, write the report.
	$(VENV)/bin/flatnlp demo $(ARGS)

ui: $(VENV)/.installed-ui ## Play with the models of make run in the browser (ARGS="--runs runs/mine" takes others).
	$(VENV)/bin/flatnlp demo --ui $(ARGS)

TEST_RESOURCES := wordnet stopwords perceptron-tagger rotten-tomatoes glove-50d minilm en-us-lm

# Big local files (data sets, vectors, lexicons) are taken from ../shared where that folder exists. The tests themselves
# use no network; those whose resource could not be fetched here skip and say so.
test: $(VENV)/.installed-dev ## Run the tests (ARGS="-k engine -x" goes to pytest).
	@if [ -z "$${FLATNLP_RESOURCES+set}" ] && [ -d ../shared ]; then \
	  FLATNLP_RESOURCES="$$(cd ../shared && pwd)"; export FLATNLP_RESOURCES; \
	fi; \
	$(VENV)/bin/flatnlp resources fetch $(TEST_RESOURCES) --quiet; \
	exec $(PY) -m pytest $(ARGS)

# Tests that drive a browser skip where there is none. It is installed only where nobody has to be asked: by root, with apt.
APT := DEBIAN_FRONTEND=noninteractive timeout 600 apt-get -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=15 -o DPkg::Lock::Timeout=5
browser: ## Install Debian's Chromium for the tests, where root and apt may.
	@command -v chromedriver >/dev/null && exit; \
	[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && $(APT) update </dev/null >/dev/null 2>&1 && \
	  $(APT) install -y --no-install-recommends chromium chromium-driver </dev/null >/dev/null 2>&1 || \
	  echo "No browser could be installed here; the tests that drive one will skip."

lint: $(VENV)/.installed-dev ## Check style, formatting and types.
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m bandit --quiet --recursive src --configfile pyproject.toml

# Nothing is fetched in building or in reading. Search needs a server: python -m http.server --directory build/site
docs: $(VENV)/.installed-dev ## Build the guide as a site in build/site.
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --quiet
	@echo "The guide: build/site/index.html"

# Needs the network: the wheel is installed alone, into an environment of its own outside the repository.
package: $(VENV)/.installed-dev ## Build wheel and sdist into dist/, install the wheel elsewhere and use it.
	$(PIP_INSTALL) --quiet build
	$(PY) -m tests.package $(ARGS)

# The oldest versions that pyproject.toml allows, of what it names; what they pull in is new. Needs the network, and some 6 GB:
# the package index has torch's lowest version with CUDA only. What is left out: four tests that ask what a tiny model has
# learned, which differs with torch, how Typer lays its help out, and one of electra's last bit (docs/ROBUSTNESS.md).
LOWER := .venv-lower
LOWER_TESTS := tests/test_text.py tests/test_runs.py tests/test_report.py tests/test_explain.py tests/data/test_files.py \
  tests/training/test_objective.py tests/training/test_adversarial.py tests/models/test_mask.py tests/models/test_word_classifier.py \
  tests/models/test_encoders.py tests/attacks/test_engine.py tests/test_api.py tests/cli
LOWER_LESS := --deselect tests/test_api.py::test_train_load_attack_and_evaluate_agree \
  --deselect tests/test_api.py::test_texts_of_ones_own --ignore tests/cli/test_help_in_80_columns.py \
  --deselect tests/cli/test_evaluate.py::test_a_model_that_is_always_wrong_is_a_result_too \
  --deselect tests/cli/test_predict.py::test_predicts_lines_of_input_in_their_order \
  --deselect 'tests/models/test_encoders.py::test_probabilities_do_not_depend_on_company[electra]'
lower-bounds: $(VENV)/.installed-dev ## Run a part of the tests with the oldest versions allowed.
	$(PIP_INSTALL) --quiet uv
	$(VENV)/bin/uv venv --quiet --clear --python $(PY) $(LOWER)
	$(VENV)/bin/uv pip compile --quiet --resolution lowest-direct --python $(LOWER)/bin/python pyproject.toml \
	  -o $(LOWER)/lowest.txt
	$(VENV)/bin/uv pip install --quiet --python $(LOWER)/bin/python -r $(LOWER)/lowest.txt \
	  pytest pytest-socket pytest-timeout hypothesis selenium
	PYTHONPATH=src $(LOWER)/bin/python -m pytest -W default $(LOWER_TESTS) $(LOWER_LESS) $(ARGS)

# Fails where a vulnerability is known. A service may be out of reach, or an index without its data: how many versions
# nobody could tell about is said, and is no failure.
audit: $(VENV)/.installed-dev ## Ask vulnerability services about the pinned versions (needs the network).
	@$(PIP_INSTALL) --quiet pip-audit==2.10.1 || echo "pip-audit could not be installed."
	@$(PY) -m tests.audit

# Long checks; docs/ROBUSTNESS.md tells what they gave. ARGS="--seed 7" and the like go to the program.
fuzz: $(VENV)/.installed-dev ## Fire damaged files at every reader (ARGS="--engine atheris" after pip install atheris).
	$(PY) -m tests.fuzz $(ARGS)

kill: $(VENV)/.installed-dev ## Stop a run at 25 random moments and at every change on the disk, go on, compare.
	$(PY) -m tests.kill $(ARGS)

mutation: $(VENV)/.installed-dev ## Make the core wrong in every small way and see whether its tests notice.
	$(PY) -m tests.mutation $(ARGS)

coverage: $(VENV)/.installed-dev ## Run the tests and tell which branches they leave out.
	$(PY) -m pytest --cov --cov-report=term-missing:skip-covered $(ARGS)

soak: $(VENV)/.installed-dev ## Attack a million rows for ten minutes and report the slope of the memory.
	$(PY) -m tests.soak $(ARGS)

clean: ## Remove the environment, caches and build output.
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# The stamps are remade when the requirements change; an interrupted set-up is simply done again.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(call make_environment)
	$(PIP_INSTALL) -e .
	@touch $@

$(VENV)/.installed-ui: pyproject.toml constraints.txt
	$(call make_environment)
	$(PIP_INSTALL) -e '.[demo]'
	@touch $(VENV)/.installed $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt
	$(call make_environment)
	$(PIP_INSTALL) -e '.[demo,dev,docs]'
	@touch $(VENV)/.installed $(VENV)/.installed-ui $@

define make_environment
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "flatnlp needs Python 3.11 or newer, and '$(PYTHON)' is not; name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV)
endef
