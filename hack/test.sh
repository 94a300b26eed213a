#!/usr/bin/env bash
# Runs the tests and prints how long each suite took.
#
#   test.sh unit  the tests that need no engine, and then the property test of
#                 pkg/plan on 10,000 histories
#   test.sh e2e   the tests that need an engine
#   test.sh all   both; the default
#
# Further arguments are passed to go test. The race detector is enabled if there
# is a C compiler.
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

# Packages with tests for a real engine run only with the e2e tag, one at a time
# because they share the engine. All other packages run in parallel.
count() { go list "$@" -f '{{.ImportPath}} {{len .TestGoFiles}} {{len .XTestGoFiles}}' ./... | sort; }
with_engine=$(comm -13 <(count) <(count -tags e2e) | cut -d' ' -f1)
without=$(go list ./... | grep -vxF "${with_engine:-none}")

go build -o bin/testsum ./hack/testsum

# A go command that fails before the first test prints no event.
gotest() { go test "${race[@]}" -json "$@" || echo '{"Action":"build-fail"}'; }

# suite NAME COMMAND.. runs the command and prints its duration.
suite() {
	local name=$1 begin=$SECONDS
	shift
	"$@"
	echo "suite $name: $((SECONDS - begin)) s"
}

# The histories run without the race detector, which would slow them down.
histories() {
	local race=()
	gotest -run 'TestConvergence$' "$@" ./pkg/plan -rapid.checks 10000
}

{
	case $what in
	unit)
		suite unit gotest "$@" ./...
		suite histories histories "$@"
		;;
	e2e) suite e2e gotest -tags e2e -p 1 -timeout 30m "$@" $with_engine ;;
	all)
		suite unit gotest "$@" $without
		suite histories histories "$@"
		suite e2e gotest -tags e2e -p 1 -timeout 30m "$@" $with_engine
		;;
	esac
} | bin/testsum
