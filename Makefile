# make demo    install and watch failing queue entries being healed    (ARGS="--scenario lint")
# make test    install with the dev tools and run the whole suite      (ARGS="tests/web")
# make check   the gate: format, lint, types, floors, tests with coverage
# make bench   the benchmarks; results as JSON under bench/results/
# make docs    draw the generated parts of README.md anew
# make pins    write constraints.txt anew from what is installed
# make clean   remove .venv and every cache

BIN := .venv/bin
ARGS ?=

.PHONY: demo test check lint bench docs pins clean install install-dev

demo: install
	@$(BIN)/selfheal demo $(ARGS)

test: install-dev
	@COVERAGE=off .ci/test $(ARGS)

check: lint
	@.ci/test

lint: install-dev
	@$(BIN)/ruff format --check --quiet . || { echo 'not formatted: run .venv/bin/ruff format .' >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo >.venv/floors.txt || { cat .venv/floors.txt >&2; exit 1; }

bench: install-dev
	@$(BIN)/python -m bench $(ARGS)

docs: install-dev
	@$(BIN)/python -m tests.formats.index
	@$(BIN)/python -m tests.readme

pins: install-dev
	@$(BIN)/python -m pip freeze --exclude-editable --exclude selfheal | LC_ALL=C sort -f >constraints.new
	@mv constraints.new constraints.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* bench/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

install:
	@.ci/install bot

install-dev:
	@.ci/install bot,postgres,dev
