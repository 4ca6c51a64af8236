# Every command installs what it needs in .venv first: seconds when nothing has changed.
.DEFAULT_GOAL := help
.PHONY: help run test check fix bench lock

PYTHON ?= python3
DO = exec $(PYTHON) inclusiv/devstack/bootstrap.py

help: ## Say what can be done
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

run: ## Serve Inclusiv with its demonstration, on PORT (8000 by default)
	@$(DO) run

test: ## Check, then run every test, browser journeys included; ARGS="..." goes to pytest
	@$(DO) test

check: ## Check form, style, layers, types and migrations, in less than a minute
	@$(DO) check

fix: ## Put form and style right where a tool can
	@$(DO) fix

bench: ## Measure; ARGS="..." goes to the harness
	@$(DO) bench

lock: ## Lock again the packages of requirements/*.in (needs uv)
	@cd requirements && for name in runtime local dev; do \
	  uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --quiet --output-file $$name.txt $$name.in || exit 1; \
	done
