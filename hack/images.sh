#!/usr/bin/env bash
# Builds the images of the demo and of the end-to-end tests, from scratch and
# without a registry: reconciler.dev/demo:1, :2 and :3, which differ in what
# VERSION says. Does nothing where they are up to date; `images.sh rm` removes them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PATH:/usr/local/go/bin"

repository=reconciler.dev/demo
versions=(1 2 3)
label=dev.reconciler-demo.content

# Test packages call this at the same time.
exec 9>"${TMPDIR:-/tmp}/reconciler-images.$(id -u).lock"
flock 9

if [ "${1:-}" = rm ]; then
	for v in "${versions[@]}"; do
		docker image rm "$repository:$v" >/dev/null 2>&1 || true
	done
	exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/root/data" "$work/root/tmp"
chmod 1777 "$work/root/tmp"
CGO_ENABLED=0 go build -trimpath -ldflags='-s -w -buildid=' -o "$work/root/demoapp" ./hack/demoapp

# The script is part of the content: it decides what the images are made of.
content=$(cat "$work/root/demoapp" hack/images.sh | sha256sum | cut -c1-16)
tar --create --file "$work/root.tar" --directory "$work/root" --numeric-owner --owner=0 --group=0 .

made=0
for v in "${versions[@]}"; do
	have=$(docker image inspect --format "{{index .Config.Labels \"$label\"}}" "$repository:$v" 2>/dev/null || true)
	[ "$have" = "$content" ] && continue
	# An import needs no builder, which engines ship separately by now.
	docker import \
		--change 'ENTRYPOINT ["/demoapp"]' \
		--change 'CMD ["http"]' \
		--change "ENV VERSION=$v" \
		--change "LABEL $label=$content" \
		"$work/root.tar" "$repository:$v" >/dev/null
	made=$((made + 1))
done
# What was replaced goes, unless a container still has it.
docker image ls --quiet --filter dangling=true --filter "label=$label" | xargs -r -n 1 docker image rm >/dev/null 2>&1 || true
echo "images: $repository ${versions[*]/#/:} ($made built)"
