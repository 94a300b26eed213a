#!/usr/bin/env bash
# Builds the controller and the images of manifests/demo, and runs the demo. It
# installs or starts an engine if none answers, and uses the in-memory engine if
# that fails. With ENGINE (see engine.sh) the demo runs on that engine, which is
# removed at the end. Further arguments are passed to `reconciler run`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ "${ENGINE:-stable}" != "${RECONCILER_ENGINE_INSIDE:-stable}" ]; then
	exec hack/engine.sh run hack/demo.sh "$@"
fi
export PATH="$PATH:/usr/local/go/bin"

command -v go >/dev/null || { echo "demo: Go is not installed: https://go.dev/dl" >&2; exit 1; }
make --no-print-directory build

engine=docker
if ! hack/engine.sh ensure; then
	engine=memory
	echo "demo: no Docker engine is available, so this runs on the in-memory engine, without real containers"
fi
[ $engine = memory ] || hack/images.sh

elsewhere=
[ -z "${RECONCILER_ENGINE_INSIDE:-}" ] || elsewhere=" (after ENGINE=$ENGINE hack/engine.sh enter bash)"
cat <<END

  In another terminal$elsewhere:
    bin/reconciler get -n shop                     list the objects
    bin/reconciler describe -n shop container/app  show one object in detail
    curl http://127.0.0.1:8088                     call the shop (proxy -> app -> db, cache)
    docker rm -f db.shop                           remove a container; it is created again
    \$EDITOR manifests/demo/app.yaml                change a manifest; its container is replaced

END

# The controller handles Ctrl-C. The script continues and prints the last hint.
trap : INT TERM
status=0
bin/reconciler run manifests/demo --engine "$engine" --log-level warn "$@" || status=$?

[ $engine = docker ] && [ -z "${RECONCILER_ENGINE_INSIDE:-}" ] || exit $status
if hack/engine.sh status 2>/dev/null | grep -q '(started by this script'; then
	echo "To stop the engine that was started for the demo:"
	echo "  hack/engine.sh stop"
fi
echo
exit $status
