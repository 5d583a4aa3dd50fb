# Kure's verbs. `make` alone explains them.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
KURE := $(VENV)/bin/kure

# Each stamp is newer than what it was made from; what is up to date costs nothing.
PYTHON_READY := $(VENV)/.ready
NODE_READY := frontend/node_modules/.ready
DASHBOARD := frontend/dist/.built
FRONT_SOURCES := $(shell find frontend -type f \( -path 'frontend/src/*' -o -path 'frontend/public/*' \
	-o -path 'frontend/scripts/*' -o -path 'frontend/index.html' -o -name 'vite.config.ts' \
	-o -path 'frontend/package.json' \) -not -path '*/node_modules/*' 2>/dev/null)

DEMO := $(KURE) demo $(if $(CLUSTER),--cluster) $(if $(YES),--yes) $(if $(LOOP),--loop) \
	$(if $(PLAIN),--plain) $(if $(CONTEXT),--context '$(CONTEXT)') $(if $(MIRRORS),--allow-mirrors)

.PHONY: help
help: ## explain the verbs
	@echo "Kure. The verbs:"
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(PYTHON_READY) $(DASHBOARD) ## install what Kure needs into this folder, build the dashboard

.PHONY: demo
demo: setup ## run all of Kure on this machine: [LOOP=1] [PLAIN=1]; CLUSTER=1 [YES=1] [MIRRORS=1] [CONTEXT=name]
	@exec $(DEMO)

.PHONY: dev
dev: setup ## the demo on your cluster, restarting on changes, with the dashboard's dev server
	@cd frontend; KURE_API=http://127.0.0.1:$${KURE_PORT:-8080} node_modules/.bin/vite \
		--host 127.0.0.1 --port 5173 --strictPort --clearScreen false & \
	trap "kill $$! 2>/dev/null || true" EXIT; cd ..; \
	KURE_PUBLIC_URL=http://127.0.0.1:5173 $(DEMO) --cluster --reload

# One target a tool, so that they run side by side and all failures are seen at once.
CHECKS := check-types check-front check-format check-lint check-imports check-sizes \
	check-seed-map check-openapi check-failures-doc check-checks-doc

.PHONY: check
check: $(PYTHON_READY) $(DASHBOARD) ## formats, lints, types, import contracts, generated files, the dashboard's sizes
	@$(MAKE) -j2 --keep-going --output-sync=target $(CHECKS)

.PHONY: $(CHECKS)
check-types:
	$(VENV)/bin/mypy
check-front:
	cd frontend && npm run --silent check
check-format:
	$(VENV)/bin/ruff format --check
check-lint:
	$(VENV)/bin/ruff check
check-imports:
	$(VENV)/bin/lint-imports
check-sizes:
	$(PY) -m tests.sizes
check-seed-map:
	$(PY) -m tests.seed_map
check-openapi:
	@$(PY) -m api.openapi | diff frontend/openapi.json - \
		|| { echo "frontend/openapi.json is not the API's; run: make openapi"; exit 1; }

check-failures-doc:
	@$(PY) -m tests.failures_doc | diff docs/failures.md - \
		|| { echo "docs/failures.md is not what the rules say; run: make failures-doc"; exit 1; }

check-checks-doc:
	@$(PY) -m tests.checks_doc | diff docs/checks.md - \
		|| { echo "docs/checks.md is not what the checks say; run: make checks-doc"; exit 1; }

.PHONY: checks-doc
checks-doc: $(PYTHON_READY)
	$(PY) -m tests.checks_doc > docs/checks.md

.PHONY: failures-doc
failures-doc: $(PYTHON_READY)
	$(PY) -m tests.failures_doc > docs/failures.md

.PHONY: golden
golden: $(PYTHON_READY) ## record anew what Kure says of every case; read the difference before you keep it
	$(PY) -m tests.golden --write

.PHONY: openapi
openapi: $(PYTHON_READY) $(NODE_READY)
	$(PY) -m api.openapi > frontend/openapi.json
	cd frontend && npm run --silent gen-api

.PHONY: test
test: $(PYTHON_READY) $(NODE_READY) ## all tests; those against a cluster where KUBECONFIG names one
	cd frontend && npm test
	$(PY) -m tests.both $(ARGS)

.PHONY: long
long: $(PYTHON_READY) ## the tests that take minutes each, on the cluster of KUBECONFIG
	$(PY) -m pytest -m long $(ARGS)

.PHONY: e2e
e2e: setup ## the dashboard in a real browser
	cd frontend && npm run e2e

.PHONY: bench
bench: setup ## measure against the targets, on the cluster of KUBECONFIG if set: ARGS='--quick'
	$(PY) -m benchmarks $(ARGS)

.PHONY: accuracy
accuracy: setup ## how often Kure is right, on the cluster of KUBECONFIG: ARGS='--write', a family, a case
	$(PY) -m tests.accuracy $(ARGS)

.PHONY: eval
eval: setup ## how often a model is right, beside the rules: KURE_EVAL_KIND=…, KURE_EVAL_KEY=…, ARGS='--families C'
	$(PY) -m tests.evals $(ARGS)

.PHONY: mutants
mutants: $(PYTHON_READY) ## change the rules in small ways, see whether a test notices: ARGS='kure.domain.diagnosis.probes*'
	@rm -rf mutants
	$(PY) -m mutmut run $(ARGS)
	@$(PY) -m mutmut results | awk -F ': ' '{ n[$$2]++ } END { for (k in n) print n[k], k }'

$(PYTHON_READY): requirements.lock
	@infra/dev/tools.sh $(PYTHON)
	@# --no-deps: the lock file is whole. Else pip asks for the newest of what is wanted with an extra,
	@# such as coverage[toml], and refuses it as unpinned on the day that a newer one is published.
	@echo "Installing the Python packages of requirements.lock into $(VENV)"
	@[ -x $(PY) ] || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --disable-pip-version-check --quiet --progress-bar on --require-hashes --no-deps \
		--requirement requirements.lock
	@# The checkout itself is used as it lies: a path file needs no build and no network.
	@echo '$(CURDIR)' > "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/kure.pth"
	@printf '#!/bin/sh\nexec "%s" -P -m kure "$$@"\n' '$(CURDIR)/$(PY)' > $(KURE)
	@chmod +x $(KURE)
	@touch $@

$(NODE_READY): frontend/package-lock.json
	@infra/dev/tools.sh $(PYTHON)
	@echo "Installing the dashboard's packages"
	@# Not `npm ci`: it wants the builds for other platforms in the lock file as well, which not every
	@# registry has. The versions are the lock file's all the same, and it stays as it is.
	@cd frontend && npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

$(DASHBOARD): $(NODE_READY) $(FRONT_SOURCES)
	@echo "Building the dashboard"
	@cd frontend && npm run build
	@touch $@
