#!/usr/bin/env bash
# Shows the controller at work: builds it and the images of manifests/demo, and
# runs it there on a real engine, which it installs or starts where there is
# none. Where none can be had it runs on the in-memory engine and says so.
# Further arguments go to `reconciler run`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PATH:/usr/local/go/bin"

command -v go >/dev/null || { echo "demo: Go is needed to build: https://go.dev/dl" >&2; exit 1; }
make --no-print-directory build

engine=docker
if ! hack/engine.sh ensure; then
	engine=memory
	echo "demo: there is no engine, so this is the in-memory one: what you see is real, the containers are not"
fi
[ $engine = memory ] || hack/images.sh

cat <<'END'

  In another terminal:
    bin/reconciler get -n shop                     what there is
    bin/reconciler describe -n shop container/app  why it is as it is
    curl http://127.0.0.1:8088                     the shop (proxy -> app -> db, cache)
    docker rm -f db.shop                           break something, and see it healed
    $EDITOR manifests/demo/app.yaml                change something, and see it replaced

END

# Ctrl-C is the controller's to handle; this script stays to say what is left.
trap : INT TERM
status=0
bin/reconciler run manifests/demo --engine "$engine" --log-level warn "$@" || status=$?

[ $engine = docker ] || exit $status
if hack/engine.sh status 2>/dev/null | grep -q '(started from here'; then
	echo "  hack/engine.sh stop"
	echo "then stops the engine that was started for this."
fi
echo
exit $status
