#!/usr/bin/env bash
# Finds prometheus and promtool, or unpacks them from Debian's package, of which
# nothing is installed and no service started, into bin/tools/prometheus. Prints
# the folder that has both.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dir=$PWD/bin/tools/prometheus
if [ ! -x "$dir/promtool" ]; then
	if installed=$(command -v promtool) && [ "$(command -v prometheus)" = "${installed%promtool}prometheus" ]; then
		echo "${installed%/promtool}"
		exit 0
	fi
	command -v apt-get >/dev/null || { echo "prometheus.sh: install Prometheus: https://prometheus.io/download" >&2; exit 1; }
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	chmod 755 "$work" # apt downloads as a user of its own
	cd "$work"
	{ apt-get download prometheus || { apt-get update && apt-get download prometheus; }; } >&2
	dpkg-deb -x prometheus_*.deb tree
	mkdir -p "$dir"
	mv tree/usr/bin/prometheus tree/usr/bin/promtool "$dir"
fi
echo "$dir"
