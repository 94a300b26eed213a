# `make` lists what there is. The work is done by the scripts in hack/.
SHELL := /usr/bin/env bash
export PATH := $(PATH):/usr/local/go/bin
TOOLS := bin/tools/golangci-lint
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## the shop of manifests/demo, live, on a real engine; Ctrl-C ends it
	@hack/demo.sh

.PHONY: build
build: ## bin/reconciler, one static binary
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w -X main.version=$(VERSION)' -o bin/reconciler ./cmd/reconciler

.PHONY: test
test: ## everything under the race detector: unit, property and, on a real engine, end to end
	@hack/engine.sh run hack/test.sh all

.PHONY: test-unit
test-unit: ## what needs no engine
	@hack/test.sh unit

.PHONY: e2e
e2e: ## only what needs a real engine
	@hack/engine.sh run hack/test.sh e2e

.PHONY: race
race: ## what needs no engine, five times in random order
	@hack/test.sh unit -count=5 -shuffle=on

.PHONY: bench
bench: ## benchmarks
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: lint
lint: $(TOOLS) ## style, layers, formatting and vet
	bin/tools/golangci-lint config verify --config hack/golangci.yml
	bin/tools/golangci-lint run --allow-parallel-runners --config hack/golangci.yml ./...

.PHONY: shape
shape: ## measure files, functions, types and documentation against their limits
	@go run ./hack/shape

.PHONY: words
words: ## list the idioms to avoid in comments, strings and docs
	@go run ./hack/words -report

.PHONY: fmt
fmt: $(TOOLS) ## format the code
	bin/tools/gofumpt -w cmd hack pkg

.PHONY: verify
verify: lint shape test ## all that CI checks

.PHONY: generate
generate: ## schemas and the reference of manifests, from the types
	go generate ./pkg/spec

.PHONY: tools
tools: $(TOOLS) ## the pinned tools, into bin/tools

$(TOOLS): hack/tools/go.mod
	cd hack/tools && go build -o ../../bin/tools/ tool
	@touch $(TOOLS)

.PHONY: clean
clean: ## remove what was built
	rm -rf bin coverage.out
