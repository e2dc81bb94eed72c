# Every target calls one tool; the logic lives in the tools. `make demo` and `make test` are all a new user needs.
.DEFAULT_GOAL := help
UV_VERSION := 0.13.9
PYTHON ?= $(shell sh scripts/find-python)
MEMBERS := $(wildcard services/*/pyproject.toml plugins/*/pyproject.toml)
export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# The tests start some thousand processes: what one has compiled, the next need not.
export PYTHONDONTWRITEBYTECODE :=
VENV := .venv/bin
.PHONY: help setup demo test test-slow check bench check-fresh lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile

.uv/ready: Makefile
	@sh scripts/make-venv "$(PYTHON)" .uv "uv==$(UV_VERSION)"
	@touch $@

.venv/ready: .uv/ready requirements.lock $(MEMBERS)
	@sh scripts/sync-venv "$(PYTHON)"
	@touch $@

setup: .venv/ready ## install everything into .venv

demo: setup ## start everything, score the demo organisation, write its report
	$(VENV)/kithline demo

test: setup ## the tests but for slow, faults, browser and bench (at most 10 minutes)
	$(VENV)/pytest -m "not slow and not faults and not browser and not bench" --numprocesses 2 --dist loadfile --cov

test-slow: setup ## the slow, fault and browser tests (at most 20 minutes)
	$(VENV)/pytest -m faults
	$(VENV)/pytest -m "(slow or browser) and not faults" --numprocesses 2 --dist loadfile

check: setup ## lint, types, import contracts, lock, docs
	sh scripts/check

bench: setup ## side-by-side measurements
	$(VENV)/pytest -m bench -s

check-fresh: ## demo and tests on a fresh clone, as another user
	sh scripts/check-fresh

lock: .uv/ready ## resolve requirements.lock anew
	sh scripts/lock

clean: ## remove what make made
	rm -rf .uv .venv .coverage* site
