#!/usr/bin/env bash
# Builds bin/reconciler and prints its size. It fails if the binary is larger
# than the limit of docs/budget.md.
#
#   size.sh          the size of the binary
#   size.sh modules  also the size of each module in it, largest first
#
# The size of a module is an estimate: its share of the machine code, scaled to the
# size of the binary. A module that keeps code of other modules alive costs more;
# build with and without it to measure that.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PATH:/usr/local/go/bin"

limit=45000000
binary=bin/reconciler

mb() { awk -v bytes="$1" 'BEGIN { printf "%.2f MB", bytes / 1e6 }'; }

# modules prints the size of each module. The linker escapes dots in the last
# element of an import path.
modules() {
	local work
	work=$(mktemp -d)
	trap 'rm -rf "$work"' RETURN
	CGO_ENABLED=0 go build -trimpath -o "$work/binary" ./cmd/reconciler
	go list -deps -f '{{.ImportPath}} {{with .Module}}{{.Path}}{{else}}std{{end}}' ./cmd/reconciler >"$work/packages"
	go tool nm -size "$work/binary" >"$work/symbols"
	awk -v total="$1" '
		NR == FNR { module[$1] = $2; next }
		$3 != "T" && $3 != "t" { next }
		{
			name = $4
			sub(/\[.*/, "", name)
			slash = match(name, /[^\/]*$/)
			last = substr(name, slash)
			sub(/\..*/, "", last)
			gsub(/%2e/, ".", last)
			package = substr(name, 1, slash - 1) last
			owner = package in module ? module[package] : "std"
			size[owner] += $2
			code += $2
		}
		END { for (m in size) printf "%6.2f MB  %s\n", size[m] / code * total / 1e6, m }
	' "$work/packages" "$work/symbols" | sort -rn
}

case ${1:-} in
"" | modules) ;;
*)
	sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
	exit 2
	;;
esac
make --no-print-directory build >/dev/null
size=$(stat -c %s "$binary" 2>/dev/null || stat -f %z "$binary")
echo "$binary: $(mb "$size") of $(mb "$limit")"
[ -z "${1:-}" ] || modules "$size"
if [ "$size" -gt "$limit" ]; then
	echo "size: the binary exceeds its limit by $(mb $((size - limit)))" >&2
	exit 1
fi
