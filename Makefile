# Two commands do everything: `make run` and `make test`.
# They need Python 3.11 or newer, pip and make, and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app festival
LANGUAGES := ar es fr ru zh
CATALOGUES := $(LANGUAGES:%=festival/translations/%/LC_MESSAGES/messages.mo)
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test check format tests browser peers bench lock migration messages translations

help:  ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

$(VENV)/made:
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/runtime: deploy/requirements.txt | $(VENV)/made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements.txt
	@touch $@

$(VENV)/development: deploy/requirements-dev.txt | $(VENV)/made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements-dev.txt
	@touch $(VENV)/runtime $@

%.mo: %.po $(VENV)/runtime
	@$(BIN)/pybabel --quiet compile --statistics -i $< -o $@

translations: $(CATALOGUES)

run: $(VENV)/runtime $(CATALOGUES)  ## the sample festival on http://127.0.0.1:8000
	@$(FLASK) serve --prepare

test: check tests  ## the gates and every test

check: $(VENV)/development $(CATALOGUES)  ## the gates, exactly as continuous integration runs them
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/codespell festival templates tests docs static/js static/css deploy *.md
	$(BIN)/bandit --quiet --recursive --severity-level medium festival
	$(BIN)/python -m tests.catalogues

browser: $(VENV)/development
	@$(BIN)/python -m tests.browser

# A second reader of our calendars, where the machine has npm, and a Redis, where it may be installed;
# their tests skip elsewhere.
peers: $(VENV)/development
	@$(BIN)/python -m tests.redis_server
	@if command -v npm >/dev/null && [ ! -d $(VENV)/node/node_modules/ical.js ]; then \
		npm install --silent --no-audit --no-fund --prefix $(VENV)/node ical.js@2.2.1 \
		|| echo "ical.js could not be installed: its tests skip"; fi

tests: $(VENV)/development $(CATALOGUES) browser peers
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not benchmark" --cov=festival --cov-report=
	$(BIN)/coverage report --skip-covered --fail-under=95 | tail -1
	$(BIN)/coverage report --skip-covered --fail-under=99 --include='festival/*/rules.py,festival/*/rules/*,festival/*/actions.py,festival/*/actions/*'

bench: $(VENV)/development $(CATALOGUES)  ## the figures: time, queries, bytes
	$(BIN)/python -m pytest -m benchmark -s -p no:randomly tests/benchmarks

format: $(VENV)/development  ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes -q \
	--custom-compile-command "make lock"

lock: $(VENV)/development  ## work the versions out anew, with hashes and without addresses
	$(LOCK) --upgrade --extra dev -o deploy/requirements-dev.txt
	$(LOCK) --upgrade --constraint deploy/requirements-dev.txt -o deploy/requirements.txt

migration: $(VENV)/development  ## a new migration; say MESSAGE="what changes"
	$(FLASK) db revision -d migrations --autogenerate -m "$(MESSAGE)"
	$(BIN)/ruff format migrations

messages: $(VENV)/development  ## collect the strings that are to be translated
	$(BIN)/pybabel --quiet extract -F festival/babel.cfg -k mark -k _l -k _text --omit-header --sort-by-file --no-location \
		-o festival/translations/messages.pot .
	for language in $(LANGUAGES); do \
		$(BIN)/pybabel --quiet update -N --omit-header --ignore-obsolete -l $$language -i festival/translations/messages.pot -d festival/translations; done
