#!/usr/bin/env bash
# Runs the tests that need an engine on several engines (see ENGINE in engine.sh)
# and writes docs/engines.md from the results, which are kept in bin/engines.
#
#   engines.sh [ENGINE.. [-- ARG..]]  run the tests on these engines, by default on
#                                     all; further arguments are passed to go test
#   engines.sh doc                    write docs/engines.md from the kept results
#
# An engine that this machine cannot run is listed with the reason.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PATH:/usr/local/go/bin"

all=(stable trixie sid sid-containerd podman rootless)
results=bin/engines

document() { go run ./hack/engines "$results" docs/engines.md; }

# describe prints the properties of the engine as JSON.
describe() {
	docker version --format '"version": {{json .Server.Version}}, "api": {{json .Server.APIVersion}},'
	docker info --format '"store": {{json .Driver}}, "cgroups": {{json .CgroupVersion}},'
}

# record ENGINE ARG.. runs on the engine and prints its properties and the events of
# the tests.
record() {
	local engine=$1
	shift
	echo "{$(describe | tr -d '\n') \"engine\": \"$engine\", \"arguments\": \"$*\"}"
	# A failed test is a result.
	go test -tags e2e -json -p 1 -count=1 -timeout 40m "$@" ./pkg/engine/docker ./pkg/e2e || true
}

# try ENGINE ARG.. keeps the results of an engine, or the reason why there are none.
try() {
	local engine=$1 code=0
	echo "engines: running on $engine"
	ENGINE=$engine hack/engine.sh run hack/engines.sh record "$@" >"$results/$engine.log" 2>&1 || code=$?
	grep '^{' "$results/$engine.log" >"$results/$engine.json" || true
	if ! grep -q '"engine"' "$results/$engine.json"; then
		echo "engines: no results of $engine: $(tail -n 1 "$results/$engine.log")" >&2
		printf '{"engine": "%s", "unavailable": "%s"}\n' "$engine" \
			"$(grep '^engine: ' "$results/$engine.log" | tail -n 1 | sed 's/^engine: //; s/["\\]//g')" >"$results/$engine.json"
	fi
}

case ${1:-} in
record)
	"$@"
	exit
	;;
doc)
	document
	exit
	;;
esac
engines=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
	engines+=("$1")
	shift
done
[ $# -eq 0 ] || shift
mkdir -p "$results"
for engine in "${engines[@]:-${all[@]}}"; do
	[ -n "$engine" ] && try "$engine" "$@"
done
document
