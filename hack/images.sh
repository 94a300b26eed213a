#!/usr/bin/env bash
# Builds the images of the demo and of the end-to-end tests without a registry:
# reconciler.dev/demo:1, :2 and :3, which differ in the variable VERSION. Images
# that are up to date are not built again.
#
#   images.sh     build the images
#   images.sh rm  remove the images
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PATH:/usr/local/go/bin"

repository=reconciler.dev/demo
versions=(1 2 3)
label=dev.reconciler-demo.content

# Test packages run this script concurrently.
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

# The script counts as content because it determines the images.
content=$(cat "$work/root/demoapp" hack/images.sh | sha256sum | cut -c1-16)
tar --create --file "$work/root.tar" --directory "$work/root" --numeric-owner --owner=0 --group=0 .

made=0
for v in "${versions[@]}"; do
	have=$(docker image inspect --format "{{index .Config.Labels \"$label\"}}" "$repository:$v" 2>/dev/null || true)
	[ "$have" = "$content" ] && continue
	# Unlike a build, an import works on engines that have no builder.
	docker import \
		--change 'ENTRYPOINT ["/demoapp"]' \
		--change 'CMD ["http"]' \
		--change "ENV VERSION=$v" \
		--change "LABEL $label=$content" \
		"$work/root.tar" "$repository:$v" >/dev/null
	made=$((made + 1))
done
# Remove the replaced images that no container uses.
docker image ls --quiet --filter dangling=true --filter "label=$label" | xargs -r -n 1 docker image rm >/dev/null 2>&1 || true
echo "images: $repository ${versions[*]/#/:} ($made built)"
