# `make run` and `make test` set up all they need.  The small targets are for a developer's hand, after one of them.
PYTHON := .venv/bin/python
export PYTHONPATH := src

.PHONY: help run test setup lint types arch unit browser bench lock docs format

help:  ## what there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

run:  ## set up everything, load the demonstration courts, serve on http://127.0.0.1:8000
	@scripts/bootstrap run
	@$(PYTHON) -m xiezhi.project run --demo

test: setup lint types arch unit browser  ## set up everything, run every check

setup:
	@scripts/bootstrap test

lint:  ## ruff: style and common mistakes
	@$(PYTHON) -m ruff check . || { echo '→ make format mends most of these'; exit 1; }
	@$(PYTHON) -m ruff format --check -q . || { echo '→ run: make format'; exit 1; }

format:  ## let ruff mend what it can
	@$(PYTHON) -m ruff check --fix -q . ; $(PYTHON) -m ruff format -q .

types:  ## mypy --strict
	@XIEZHI_TESTING=1 $(PYTHON) -m mypy || { echo '→ mend the type, do not silence it'; exit 1; }

arch:  ## floors and doors of the house
	@.venv/bin/lint-imports --no-cache
	@$(PYTHON) -m pytest -q tests/test_architecture.py

unit:  ## everything but the browser, in parallel
	@$(PYTHON) -m pytest -q -n 2 --dist worksteal -m "not browser"

browser:  ## a real browser against a running server
	@$(PYTHON) -m pytest -q -m browser

bench:  ## the figures of docs/performance.md
	@scripts/bootstrap test
	@$(PYTHON) -m benchmarks

lock:  ## make the lock files anew (versions and hashes, no addresses)
	@$(PYTHON) -m uv pip compile -q --upgrade --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements/base.in -o requirements/base.txt
	@$(PYTHON) -m uv pip compile -q --upgrade --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements/dev.in -o requirements/dev.txt
