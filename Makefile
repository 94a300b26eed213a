# `make` lists the targets. The scripts in hack/ do the work.
SHELL := /usr/bin/env bash
export PATH := $(PATH):/usr/local/go/bin
TOOLS := bin/tools/golangci-lint
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## run the demo of manifests/demo on a real engine until Ctrl-C
	@hack/demo.sh

.PHONY: build
build: ## build bin/reconciler, a static binary
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w -X main.version=$(VERSION)' -o bin/reconciler ./cmd/reconciler

.PHONY: test
test: ## run all tests with the race detector; the end-to-end tests need an engine
	@hack/engine.sh run hack/test.sh all

.PHONY: test-unit
test-unit: ## run the tests that need no engine
	@hack/test.sh unit

.PHONY: e2e
e2e: ## run the end-to-end tests on a real engine; ENGINE selects it
	@hack/engine.sh run hack/test.sh e2e

.PHONY: engines
engines: ## run the end-to-end tests on every engine and write docs/engines.md
	@hack/engines.sh

.PHONY: race
race: ## run the tests that need no engine five times in random order
	@hack/test.sh unit -count=5 -shuffle=on

.PHONY: bench
bench: ## run the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: lint
lint: $(TOOLS) ## check style, imports, formatting, vet and words
	bin/tools/golangci-lint config verify --config hack/golangci.yml
	bin/tools/golangci-lint run --allow-parallel-runners --config hack/golangci.yml ./...
	go run ./hack/words

.PHONY: shape
shape: ## measure files, functions, types and documentation against their limits
	@go run ./hack/shape

.PHONY: size
size: ## check the size of the binary against its limit
	@hack/size.sh

.PHONY: words
words: ## list the idioms to avoid in comments, strings and docs
	@go run ./hack/words -report

.PHONY: fmt
fmt: $(TOOLS) ## format the code
	bin/tools/gofumpt -w cmd hack pkg

.PHONY: verify
verify: lint shape size test ## run every check of CI

.PHONY: generate
generate: ## generate the schemas and the manifest reference from the types
	go generate ./pkg/spec

.PHONY: tools
tools: $(TOOLS) ## build the pinned tools in bin/tools

$(TOOLS): hack/tools/go.mod
	cd hack/tools && go build -o ../../bin/tools/ tool
	@touch $(TOOLS)

.PHONY: clean
clean: ## remove all build output
	rm -rf bin coverage.out
