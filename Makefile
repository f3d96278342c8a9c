# The few things people do here. Needs python3 (3.10 or newer), git and make; everything else goes into .venv.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

OF_BACKENDS := tests/contract/s3 $(wildcard tests/contract/test_http_*.py tests/contract/test_postgres*.py)
# Measuring branches slows a test down. Model and reports know nothing of the packages of which a share is asked.
UNMEASURED := tests/unit/model tests/unit/reporting
OF_SIMULATIONS := tests/simulation/test_machines.py tests/simulation/passwords/test_hard_cases.py
MEASURED := $(OF_SIMULATIONS) $(OF_BACKENDS) tests/unit $(addprefix --ignore=,$(UNMEASURED))
# The longest come first, so that no process is left with one of them when the others have nothing more to do.
REAL := tests/simulation tests/end_to_end tests/contract $(UNMEASURED) \
	$(addprefix --ignore=,$(OF_SIMULATIONS) $(OF_BACKENDS))

# Servers, other processes and pauses: most of the time those tests wait for something.
WAITING := 4

.DEFAULT_GOAL := help
.PHONY: help demo test check bench bench-quick clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## take the whole tour, against an account on this machine
	@$(BIN)/sarv-sync demo

test: $(READY) ## run every test, and see that enough branches are covered
	@$(BIN)/python -m pytest -n $(WAITING) --dist loadgroup $(REAL)
	@$(BIN)/python -m pytest -n auto --dist loadgroup -p tests.branch_floors --cov --cov-report=term:skip-covered \
		$(MEASURED)

check: $(READY) ## lint, formatting, types, and who may import whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## measure everything on an idle machine, an hour or two, and write benchmarks/RESULTS.md
	@$(BIN)/python benchmarks/run.py

bench-quick: $(READY) ## measure smaller sizes in about two minutes, and write nothing
	@$(BIN)/python benchmarks/run.py --quick

clean: ## remove .venv, what is measured against, and what the tools left behind
	rm -rf .venv .peers .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*

# The stamp is written last: an installation that broke off is begun again.
$(READY): pyproject.toml
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(make_venv)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# Debian has no ensurepip without the package python3-venv, and then venv fails; its own pip can fill the gap.
define make_venv
{ $(PYTHON) -m venv --clear .venv >/dev/null 2>&1 \
	|| { $(PYTHON) -m venv --clear --without-pip .venv \
		&& $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check pip; }; }
endef
