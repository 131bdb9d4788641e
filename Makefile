# The whole workbench. `make demo` and `make test` set up what they need by themselves.
PYTHON ?= python3
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
# Behind an organisation's proxy the machine's own certificates are the ones that count.
export UV_SYSTEM_CERTS := 1
# Compiled code is kept: a process that compiles everything anew takes three times as long to start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check bench docs messages lock format clean

# The environment is rebuilt when the locked requirements change; the stamp is written last, so a killed set-up starts over.
.venv/.ready: requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Samverka needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installerar det som behövs i .venv, det tar en stund … / Installing what is needed in .venv, for a while …" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

ready: .venv/.ready
	@$(BIN)/python -m tools.messages compile

demo: ready
	@$(BIN)/samverka demo

# Three at once also on two cores: much of the time a test waits for a server, a browser or another process.
test: ready
	@$(BIN)/python -m tools.browser
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

check: ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint src
	$(BIN)/python -m tools.messages check

format: ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: ready
	$(BIN)/python -m tests.bench

docs: ready
	$(BIN)/python -m tools.docs

messages: ready
	$(BIN)/python -m tools.messages update

lock: .venv/.ready
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt

clean:
	rm -rf .venv .samverka
