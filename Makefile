# `make` lists the targets. README.md and CONTRIBUTING.md say more.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The build tools that setup/tools.sh installs once per machine.
tools_bin := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/tidemark/tools/bin
export PATH := $(tools_bin):$(PATH):$(HOME)/.cargo/bin

front_end_sources := $(shell find app domain frontend style -type f) Trunk.toml Cargo.toml Cargo.lock setup/precompress.mjs

.PHONY: help
help: ## List the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

.PHONY: demo
demo: build ## Install what is missing, build, and serve recorded GitHub traffic
	@target/release/tidemark demo

.PHONY: run
run: build ## Build, and serve your own SQLite database in data/
	@target/release/tidemark serve

.PHONY: build
build: tools dist/favicon.svg.br ## Build the front end and target/release/tidemark
	@echo "Building the server …"
	@cargo build --release --package server

.PHONY: dev
dev: tools ## Rebuild and reload on change (debug build, demo data; ARGS=serve for your own)
	@node setup/dev.mjs $(ARGS)

.PHONY: test
test: ## Install what the tests need, and run everything that CI runs
	@setup/test.sh

.PHONY: chaos
chaos: ## Collect through hundreds of faults and kills (SEED=… ROUNDS=… repeats a test)
	@TIDEMARK_CHAOS_ROUNDS=$(or $(ROUNDS),400) TIDEMARK_CHAOS_SEED=$(or $(SEED),$$(date +%s)) \
	  setup/with-postgres.sh cargo test --package engine --test chaos -- --nocapture

.PHONY: bench-collect
bench-collect: ## Measure a collection of 1,000 repositories against the ideal
	@cargo bench --quiet --package engine --bench collect --no-run
	@setup/with-postgres.sh --durable cargo bench --quiet --package engine --bench collect

.PHONY: bench-pages
bench-pages: ## Measure pages and REST lists (SIZES=12x3,1000x5 DATABASES=sqlite,postgres)
	@cargo bench --quiet --package server --bench pages --no-run
	@$(if $(filter sqlite,$(DATABASES)),,setup/with-postgres.sh --durable) \
	  cargo bench --quiet --package server --bench pages -- \
	  $(if $(SIZES),--sizes $(SIZES)) $(if $(DATABASES),--databases $(DATABASES)) $(ARGS)

.PHONY: bench-chart
bench-chart: build ## Measure the chart beside uPlot and Chart.js in one browser
	@cd end2end && npm ci --silent && \
	  TIDEMARK_BINARY=../target/release/tidemark npx playwright test --config bench.config.ts

.PHONY: schema
schema: ## Write docs/schema.md, the diagram of the database, from the migrations
	@cargo test --quiet --package engine --lib -- --ignored --exact store::tests::schema::write_the_schema
	@echo "docs/schema.md is current."

.PHONY: fmt
fmt: ## Format the code
	@cargo fmt

.PHONY: clean-data
clean-data: ## Delete the database of `make run`
	@rm -rf data

.PHONY: tools
tools:
	@setup/tools.sh

# The compressed files exist only after a full build: `trunk watch` deletes them, so a development
# build is never mistaken for a release.
dist/favicon.svg.br: $(front_end_sources) | tools
	@echo "Building the front end …"
	@trunk build --release
	@node setup/precompress.mjs dist --wasm-limit 360
