#!/usr/bin/env bash
# Builds bin/tools/kubectl in the version that hack/tools/kubectl/go.mod pins, and
# prints its path. The first build takes one or two minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PATH:/usr/local/go/bin"

out=$PWD/bin/tools/kubectl
version=$(cd hack/tools/kubectl && go list -m -f '{{.Version}}' k8s.io/kubectl)
(cd hack/tools/kubectl && CGO_ENABLED=0 go build -trimpath \
	-ldflags="-s -w -X k8s.io/component-base/version.gitVersion=${version/v0./v1.}" -o "$out" .)
echo "$out"
