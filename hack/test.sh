#!/usr/bin/env bash
# Runs the tests: `unit` needs nothing, `e2e` only what needs a real engine,
# `all` (the default) both. Further arguments go to go test. The race detector
# is on wherever there is a C compiler. The property test of pkg/plan plays
# 10,000 histories.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PATH:/usr/local/go/bin"

what=${1:-all}
[ $# -eq 0 ] || shift
case $what in unit | e2e | all) ;; *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;; esac

race=(-race)
export CGO_ENABLED=1
if ! command -v "$(go env CC)" >/dev/null; then
	echo "no C compiler: running without the race detector"
	race=()
	export CGO_ENABLED=0
fi

# Packages with tests for a real engine run with that tag only, one after the
# other: they share the engine. All others run side by side, once.
count() { go list "$@" -f '{{.ImportPath}} {{len .TestGoFiles}} {{len .XTestGoFiles}}' ./... | sort; }
with_engine=$(comm -13 <(count) <(count -tags e2e) | cut -d' ' -f1)
without=$(go list ./... | grep -vxF "${with_engine:-none}")

go build -o bin/testsum ./hack/testsum

# A go command that fails before it tests anything tells no event.
gotest() { go test "${race[@]}" -json "$@" || echo '{"Action":"build-fail"}'; }

# Random histories are many, and checked for what they do, not for races.
histories() {
	local race=()
	gotest -run 'TestConvergence$' "$@" ./pkg/plan -rapid.checks 10000
}

{
	case $what in
	unit)
		gotest "$@" ./...
		histories "$@"
		;;
	e2e) gotest -tags e2e -p 1 -timeout 30m "$@" $with_engine ;;
	all)
		gotest "$@" $without
		histories "$@"
		gotest -tags e2e -p 1 -timeout 30m "$@" $with_engine
		;;
	esac
} | bin/testsum
