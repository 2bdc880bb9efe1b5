# penstock. `make help` tells what there is. A fresh machine needs Python 3.11, git and make.
SHELL  := /bin/bash
PYTHON ?= python3
BIN    := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Every stage is a process: compiled modules are kept, or each would compile its imports again.
unexport PYTHONDONTWRITEBYTECODE
# No tool below reports home.
export DO_NOT_TRACK := 1
export DVC_NO_ANALYTICS := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export MLFLOW_DISABLE_TELEMETRY := true
export GX_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help env run test soak lint format fresh bench flow up clean-env

help:  ## this list
	@awk 'BEGIN {FS = ":.*## "; print "usage: make TARGET\n"} \
	     /^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo; echo "  more: .venv/bin/penstock --help, README.md, docs/"

env:
	@$(PYTHON) scripts/environment.py

run: env  ## set up, build the whole graph in parallel, track it, show the leaderboards
	@penstock lint --quiet
	@penstock run
	@penstock publish
	@penstock leaderboard

flow: env  ## the same graph under Prefect, one task a stage
	@python flows/pipeline.py

test: env  ## set up and run the tests: unit, functional, end to end; what they hold
	@python -m pytest
	@penstock curriculum --check

soak: env  ## the long tests
	@python -m pytest -n 0 -s tests/soak

lint: env  ## ruff, mypy --strict, import contracts, and the lint of the graph
	@ruff check . && ruff format --check .
	@mypy
	@lint-imports
	@penstock lint

format: env  ## let ruff format and mend
	@ruff check --fix . ; ruff format .

bench: env  ## claims of speed, as ratios against the named peer in one run
	@penstock run featurize@fraud
	@for script in fold features generator engine reasons scratch online_features serving; do echo "== benchmarks/$$script.py"; python benchmarks/$$script.py || exit 1; done

fresh: env  ## what a stranger does: clone HEAD into a temporary folder, run both commands, time them
	@python scripts/fresh.py

up: env  ## Prefect, a worker, MLflow and the report pages on loopback, until Ctrl-C
	@exec penstock up

clean-env:  ## remove .venv
	@rm -rf .venv
