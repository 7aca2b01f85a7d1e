# Each target sets up what it needs in .venv first; a stamp there makes a second time start at once.
# PYTHON names another interpreter than python3 to make it with; ARGS is passed on to the command.
PYTHON ?=
ARGS ?=

BIN := .venv/bin
DISPLAYS := $(strip $(DISPLAY) $(WAYLAND_DISPLAY))
HEADLESS := $(if $(DISPLAYS),,$(filter Linux,$(shell uname -s)))

.DEFAULT_GOAL := run
.PHONY: run test lint bench fuzz train clean setup

run: setup
ifeq ($(HEADLESS),)
	$(BIN)/latent-explorer $(ARGS)
else
	@echo "No display is set, so the tour plays the window offscreen and saves its pictures in tour/."
	$(BIN)/latent-explorer tour --out tour $(ARGS)
endif

# Each worker loads TensorFlow once, so more than four cost more memory than they save time.
test: setup
	$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy --strict explorer models tests

bench: setup
	$(BIN)/python tests/bench/run.py --out bench $(ARGS)

fuzz: setup
	$(BIN)/python -m tests.fuzz --count 100000 $(ARGS)

train: setup
	$(BIN)/latent-explorer train $(ARGS)

setup:
	@PYTHON="$(PYTHON)" bash .ci/setup

clean:
	rm -rf build dist tour bench fuzz *.egg-info .pytest_cache .mypy_cache .ruff_cache
	find explorer models tests -name __pycache__ -type d -prune -exec rm -rf {} +
