# Two commands matter: `make site` and `make test`. Both set everything up first, in .venv/, from locks with hashes.
.PHONY: site test serve check setup node lock format bench clean
.DEFAULT_GOAL := site

BIN := .venv/bin
PORT ?= 8000

site: .venv/.site
	$(BIN)/paper-digest build

serve: .venv/.site
	$(BIN)/paper-digest serve --port $(PORT)

check: .venv/.site
	$(BIN)/paper-digest check

test: .venv/.test node
	@sh requirements/need-browser.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist worksteal -q --ignore tests/quality/test_lighthouse.py --cov --cov-report=
	@# Lines and branches of the program that the tests ran; `coverage report` tells them file by file.
	$(BIN)/coverage report --skip-covered --sort=cover | sed -n '1,12p;/^TOTAL/p'
	@# By itself, since it measures speed.
	$(BIN)/pytest -q tests/quality/test_lighthouse.py

bench: .venv/.test
	$(BIN)/python bench/speed.py

format: .venv/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup: .venv/.test node

# Quick when nothing changed; says what will not be tested where Node or Java is missing.
node:
	@sh requirements/node.sh

.venv/.site: requirements/site.txt requirements/setup.sh pyproject.toml
	@sh requirements/setup.sh site

.venv/.test: requirements/test.txt requirements/setup.sh pyproject.toml
	@sh requirements/setup.sh test

# Needs `uv`, which is not installed by the above, and npm: locks change rarely, and on purpose.
lock:
	uv pip compile --universal --generate-hashes --no-annotate --no-header --python-version 3.11 -q requirements/site.in -o requirements/site.txt
	uv pip compile --universal --generate-hashes --no-annotate --no-header --python-version 3.11 -q requirements/test.in -c requirements/site.txt -o requirements/test.txt
	cd tests/node && npm install --package-lock-only --loglevel=error && node without-funding.js

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis
