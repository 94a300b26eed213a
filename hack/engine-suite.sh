#!/usr/bin/env bash
# Runs hack/engine.sh for an engine of another Debian suite, in a network
# namespace of its own. engine.sh calls it when ENGINE is set:
#
#   trixie          Docker of Debian 13
#   sid             Docker of Debian unstable
#   sid-containerd  the same with the containerd image store
#   podman          Podman of Debian unstable, through its Docker-compatible API
#   rootless        Docker of Debian unstable as a user without privileges
#
# The programs of a suite are installed with debootstrap in a folder, the root,
# which is kept until `purge`. The engine uses the host's files except for /usr
# and /etc, which it takes from its root, so that bind mounts mean the same as on
# the host. `run` removes the engine, its data and the namespace at the end, also
# after Ctrl-C; `start` keeps them until `stop` or `purge`.
#
# Two more verbs are for engine.sh:
#
#   engine-suite.sh enter CMD..        run a command in the engine's namespace
#   engine-suite.sh within ROOT CMD..  replace the shell by a command that sees
#                                      the programs of a root
set -euo pipefail
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
name=${ENGINE:-}
cache=${RECONCILER_ENGINE_CACHE:-/var/lib/reconciler-engines}
netns=reconciler-$name
export PATH="$PATH:/usr/local/go/bin:/usr/sbin:/sbin"

say() { echo "engine: $*"; }
fail() { code=$1; shift; echo "engine: $*" >&2; exit "$code"; }

case $name in
trixie) suite=trixie packages=docker.io,iptables,ca-certificates,procps ;;
sid | sid-containerd) suite=sid packages=docker.io,iptables,ca-certificates,procps ;;
podman) suite=sid packages=podman,runc,catatonit,iptables,nftables,aardvark-dns,ca-certificates,procps ;;
rootless) suite=sid packages=docker.io,iptables,ca-certificates,procps,iproute2,rootlesskit,slirp4netns,uidmap ;;
*) fail 2 "unknown ENGINE $name; the engines are stable, trixie, sid, sid-containerd, podman and rootless" ;;
esac
# Engines with the same packages share a root.
case $name in sid-containerd) root=$cache/roots/sid ;; *) root=$cache/roots/$name ;; esac
export RECONCILER_ENGINE_DIR=${RECONCILER_ENGINE_DIR:-$cache/$name}
export RECONCILER_ENGINE_ROOT=$root
# The user of the rootless engine.
export RECONCILER_ENGINE_UID=61000
state=$RECONCILER_ENGINE_DIR

# need COMMAND PACKAGE installs a missing program.
need() {
	command -v "$1" >/dev/null && return
	command -v apt-get >/dev/null || fail 3 "$1 is missing, and so is apt-get, which would install it"
	say "installing $2"
	{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$2"; } >/dev/null 2>&1 ||
		fail 3 "installing $2 failed"
}

# mirror prints the host's mirror of Debian, or nothing if apt lists none;
# debootstrap then uses its default.
mirror() {
	{
		awk '/^URIs:.*\/debian\/?$/ { print $2 }' /etc/apt/sources.list.d/*.sources 2>/dev/null
		awk '$1 == "deb" && /\/debian\/? / { for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) print $i }' /etc/apt/sources.list 2>/dev/null
	} | head -n 1
}

# install_root makes the root. A root that is incomplete, or was made from another
# list of packages, is made again.
install_root() {
	[ "$(cat "$root/.complete" 2>/dev/null)" != "$packages" ] || return 0
	need debootstrap debootstrap
	say "installing $packages of Debian $suite in $root"
	rm -rf --one-file-system "$root"
	mkdir -p "$root"
	debootstrap --variant=minbase --include="$packages" "$suite" "$root" $(mirror) >"$root.log" 2>&1 || {
		tail -n 20 "$root.log" >&2
		fail 3 "debootstrap of $suite failed; see $root.log"
	}
	mkdir -p "$root/usr/lib/modules"
	rm -f "$root/etc/resolv.conf" "$root/etc/hosts"
	touch "$root/etc/resolv.conf" "$root/etc/hosts"
	if [ "$name" = rootless ]; then
		chroot "$root" /usr/sbin/groupadd --gid "$RECONCILER_ENGINE_UID" engine
		chroot "$root" /usr/sbin/useradd --uid "$RECONCILER_ENGINE_UID" --gid engine --no-create-home engine 2>/dev/null
		echo engine:200000:65536 | tee "$root/etc/subuid" >"$root/etc/subgid"
	fi
	echo "$packages" >"$root/.complete"
}

# rootless_missing prints what the host lacks for an engine without privileges.
rootless_missing() {
	[ -c /dev/net/tun ] || echo "the device /dev/net/tun is missing"
	[ "$(cat /proc/sys/user/max_user_namespaces 2>/dev/null)" != 0 ] || echo "user namespaces are disabled"
	[ "$(cat /proc/sys/kernel/unprivileged_userns_clone 2>/dev/null)" != 0 ] || echo "users may not create user namespaces"
	[ "$(cat /proc/sys/kernel/apparmor_restrict_unprivileged_userns 2>/dev/null)" != 1 ] || echo "AppArmor restricts user namespaces"
}

prepare() {
	[ "$(id -u)" = 0 ] || fail 3 "only root can start an engine of another suite"
	if [ "$name" = rootless ]; then
		local missing
		missing=$(rootless_missing | head -n 1)
		[ -z "$missing" ] || fail 3 "an engine without privileges cannot run here: $missing"
	fi
	need ip iproute2
	mkdir -p "$cache/roots"
	exec 8>"$cache/lock"
	flock 8
	install_root
	flock --unlock 8
}

connect() {
	[ -e "/run/netns/$netns" ] || ip netns add "$netns"
	ip -n "$netns" link set lo up
}

# inside runs engine.sh in the namespace. `ip netns exec` would hide the cgroups.
inside() {
	nsenter --net="/run/netns/$netns" env RECONCILER_ENGINE_INSIDE="$name" \
		DOCKER_HOST="unix://$state/docker.sock" "$@" 8>&-
}

started() { [ -e "/run/netns/$netns" ] && inside "$here/engine.sh" status >/dev/null 2>&1; }

# discard stops the engine and removes everything but the root.
discard() {
	trap '' INT TERM
	[ ! -e "/run/netns/$netns" ] || { inside "$here/engine.sh" purge && ip netns del "$netns"; } >/dev/null
}

# download fetches the modules, because the namespace has no connection.
download() {
	command -v go >/dev/null || return 0
	local dir
	for dir in "$here/.." "$here/tools" "$here/tools/kubectl"; do
		(cd "$dir" && go mod download) || say "some modules cannot be downloaded; this matters if a test needs them"
	done
	"$here/prometheus.sh" >/dev/null || say "Prometheus cannot be downloaded; the test that needs it fails"
}

run() {
	[ $# -gt 0 ] || fail 2 "run needs a command"
	prepare
	if ! started; then
		trap discard EXIT
	fi
	connect
	download
	inside "$here/engine.sh" run "$@"
}

within() {
	local root=$1
	shift
	mount --rbind /usr/local "$root/usr/local"
	[ ! -d /usr/lib/modules ] || mount --bind /usr/lib/modules "$root/usr/lib/modules"
	mount --bind /etc/resolv.conf "$root/etc/resolv.conf"
	mount --bind /etc/hosts "$root/etc/hosts"
	if [ "$name" = rootless ]; then # some hosts permit only root to open it
		[ -c "$root/tun" ] || mknod -m 666 "$root/tun" c 10 200
		mount --bind "$root/tun" /dev/net/tun
	fi
	[ "$name" != podman ] || mount -t tmpfs tmpfs /run # it leaves files there
	mount --rbind "$root/etc" /etc
	mount --rbind "$root/usr" /usr
	exec "$@"
}

case ${1:-} in
run | within) "$@" ;;
enter)
	shift
	started || fail 1 "the engine $name does not run; start it: ENGINE=$name hack/engine.sh start"
	inside "$@"
	;;
ensure | start | restart) prepare && connect && inside "$here/engine.sh" "$1" ;;
install) prepare ;;
status) started || fail 1 "the engine $name does not run"; inside "$here/engine.sh" status ;;
stop) [ ! -e "/run/netns/$netns" ] || inside "$here/engine.sh" stop ;;
purge)
	mkdir -p "$cache"
	exec 8>"$cache/lock"
	flock 8
	discard
	rm -rf --one-file-system "$state" "$root" "$root.log"
	rmdir "$cache/roots" 2>/dev/null || true
	say "removed $state and $root"
	;;
*) exec env -u ENGINE "$here/engine.sh" ;;
esac
