# 郑青 Zhengqing. `make run` starts the product, `make test` tests it; both do all the set-up themselves.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench simulate db-upgrade content-check setup setup-dev lock clean
PY := .venv/bin/python
UV_COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

run: ## set everything up and start it: account, simulator with its phone page, demo data
	@exec sh scripts/python.sh -m scripts.run

test: setup-dev ## set everything up and run all tests (ARGS="-k crisis" to choose)
	@$(PY) -m pytest -n auto --dist worksteal $(ARGS)

lint: setup-dev ## ruff, mypy, and the check of texts and rules
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -m content.lint

bench: setup ## measure speed; prints JSON
	@$(PY) -m bench $(ARGS)

simulate: setup ## the simulator alone, for an account started by other means
	@$(PY) -m simulator serve $(ARGS)

db-upgrade: setup ## bring the database up to the newest schema
	@$(PY) -m bot migrate

content-check: setup ## check reply texts, keyword rules, crisis lexicon and columns
	@$(PY) -m content.lint

setup: ## install what the product needs into .venv
	@sh scripts/python.sh -m scripts.setup

setup-dev: ## install what tests and lint need as well
	@sh scripts/python.sh -m scripts.setup --dev

lock: setup-dev ## compile requirements*.in to requirements*.txt with hashes
	@$(UV_COMPILE) requirements.in -o requirements.txt
	@$(UV_COMPILE) requirements-dev.in -o requirements-dev.txt

clean: ## remove caches and the virtual environment; var/ (database, secrets) stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
