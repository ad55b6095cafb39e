# Everything here works alone on a fresh clone, with python3, pip, node and npm. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Quiet about what is neither wrong nor ours.
export npm_config_update_notifier := false
export npm_config_loglevel := error
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# Trust for uv what the system trusts, as pip and npm do: there may be a company's mirror behind the index.
export UV_SYSTEM_CERTS ?= 1

PYTHON ?= python3
PY := .venv/bin/python
UV := .tools/bin/uv
# One place says which uv: the pins that ship.
UV_VERSION := $(shell $(PYTHON) -c 'import json; print(json.load(open("ktx_runtime/locks/uv.json"))["version"])')

PYTHON_SOURCES := $(shell find ktx_runtime features -type f -not -name '*.pyc' -not -path '*/__pycache__/*')
LAUNCHER_SOURCES := $(shell find npm/src -name '*.ts') npm/package.json npm/tsconfig.json npm/tsconfig.declarations.json
PACKAGING := pyproject.toml README.md LICENSE dev.lock

.PHONY: help
help:  ## this list
	@grep -hE '^[a-z-]+:.*  ## ' $(MAKEFILE_LIST) | sed -E 's/:.*  ## /\t/' | expand -t 12

# ---------------------------------------------------------------- tools

$(UV): ktx_runtime/locks/uv.json
	@echo "fetching uv $(UV_VERSION) into .tools"
	@$(PYTHON) -m pip install --quiet --upgrade --target .tools "uv==$(UV_VERSION)"
	@touch $@

.venv/.ready: pyproject.toml dev.lock | $(UV)
	@echo "making .venv"
	@test -x $(PY) || $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	@$(UV) pip install --quiet --python $(PY) --constraints dev.lock --editable '.[core,embeddings,embeddings-parquet]' --group dev
	@touch $@

npm/node_modules/.ready: npm/package.json npm/package-lock.json npm/.npmrc
	@echo "installing what the launcher is built with"
	@cd npm && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

.PHONY: dev
dev: .venv/.ready npm/node_modules/.ready  ## everything that the other targets need

.PHONY: engines
engines: dev  ## the optional engines of the tests: ClickHouse in process, MariaDB's client
	$(UV) pip install --quiet --python $(PY) --constraints dev.lock --group engines

# ---------------------------------------------------------------- build

build/.wheel: $(PYTHON_SOURCES) $(PACKAGING) | $(UV)
	@echo "building the wheel"
	@rm -rf build/wheel && mkdir -p build/wheel
	@SOURCE_DATE_EPOCH=315532800 $(UV) build --quiet --wheel --no-create-gitignore --build-constraints dev.lock --python $(PYTHON) --out-dir build/wheel
	@touch $@

npm/dist/bin.js: $(LAUNCHER_SOURCES) npm/node_modules/.ready
	@echo "building the launcher"
	@rm -rf npm/dist && cd npm && npm run --silent build

build/.tarball: build/.wheel npm/dist/bin.js scripts/npm_package.py docs/reference/commands.md scripts/release/version.py ktx_runtime/locks/base.lock ktx_runtime/locks/uv.json
	@echo "packing the npm package"
	@rm -rf build/*.tgz
	@$(PYTHON) -m scripts.npm_package --uv $(UV) --wheel build/wheel/*.whl --bundle npm/dist --output build/npm
	@cd build && npm pack --silent ./npm > /dev/null
	@touch $@

.PHONY: wheel
wheel: build/.wheel  ## build/wheel/kaelio_ktx-<version>-py3-none-any.whl
	@ls build/wheel/*.whl

.PHONY: tarball
tarball: build/.tarball  ## build/kaelio-ktx-<version>.tgz, the npm package
	@ls build/*.tgz

# ---------------------------------------------------------------- show and check

# Each writes its page, or says with --check that it is out of date.
GENERATED := scripts.hook_reference scripts.api_reference scripts.json_schemas scripts.error_codes scripts.command_reference

.PHONY: demo
demo: tarball  ## the whole way, from npx to the right number, in an empty place
	@env -u UV_SYSTEM_CERTS bash scripts/demo.sh build/*.tgz

.PHONY: test
test: dev tarball  ## all tests but the long-running
	cd npm && npm test --silent
	$(PY) -m pytest -m 'not deep' -n 2 --dist loadgroup --durations 20

.PHONY: test-deep
test-deep: dev tarball  ## the long-running tests
	$(PY) -m pytest -m deep

.PHONY: lint
lint: dev  ## ruff and prettier, and whether what is generated is up to date
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	cd npm && npm run --silent lint
	@for page in $(GENERATED); do $(PY) -m $$page --check; done
	@cd npm && npm run --silent schema-types -- --check

.PHONY: types
types: dev  ## mypy and the TypeScript compiler, both strict
	$(PY) -m mypy
	cd npm && npm run --silent types

.PHONY: imports
imports: dev  ## the layers, with import-linter
	.venv/bin/lint-imports

# ---------------------------------------------------------------- refresh

.PHONY: lock
lock: | $(UV)  ## refresh the locks that ship, and dev.lock; `make lock UPGRADE=--upgrade` takes the newest
	$(PYTHON) scripts/lock.py --uv $(UV) $(UPGRADE)
	@echo "then: make dev, and $(PY) scripts/first_use.py"

.PHONY: pins
pins:  ## pin another uv: make pins VERSION=<version>
	$(PYTHON) scripts/pins.py $(or $(VERSION),$(UV_VERSION))

.PHONY: docs
docs: dev  ## write the generated pages of docs/, and the launcher's types
	@for page in $(GENERATED); do $(PY) -m $$page; done
	cd npm && npm run --silent schema-types
	$(PY) -m tests.docs.record

.PHONY: bench
bench: dev tarball  ## figures beside floors measured in the same run; needs a quiet machine
	$(UV) pip install --quiet --python $(PY) --constraints dev.lock --group bench
	-$(PY) benchmarks/compile.py
	-$(PY) benchmarks/cold_start.py
	-$(PY) benchmarks/load_from_cache.py
	-$(PY) benchmarks/daemon.py
	-$(PY) benchmarks/launcher.py
	-$(PY) benchmarks/runtime.py
	-$(PY) benchmarks/package.py

# ---------------------------------------------------------------- release

.PHONY: release
release: dev  ## make release VERSION=x.y.z[-rc.n]: stamped, built, with checksums and a bill of materials
	$(PY) -m scripts.release.prepare "$(VERSION)"

.PHONY: release-check
release-check: dev tarball  ## 15 checks of the packed package on empty machines; CHECKS="--only 1,2" picks some
	$(PY) -m scripts.release_check build/*.tgz --json build/release-check.json $(CHECKS)

.PHONY: publish
publish: dev  ## make publish VERSION=x.y.z[-rc.n] HOW=--dry-run: the tarball that passed; --really-publish does it
	$(PY) -m scripts.release.publish "$(VERSION)" $(HOW)

.PHONY: clean
clean:  ## remove what was built, not the tools
	rm -rf build npm/dist npm/build
