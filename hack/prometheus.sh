#!/usr/bin/env bash
# Prints the folder of prometheus and promtool. If they are not installed, it
# downloads the Debian package and unpacks both programs into
# bin/tools/prometheus, without installing the package or starting a service.
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
	chmod 755 "$work" # apt downloads as another user
	cd "$work"
	{ apt-get download prometheus || { apt-get update && apt-get download prometheus; }; } >&2
	dpkg-deb -x prometheus_*.deb tree
	mkdir -p "$dir"
	mv tree/usr/bin/prometheus tree/usr/bin/promtool "$dir"
fi
echo "$dir"
