#!/usr/bin/env bash
# Finds, installs, starts and stops the Docker engine that the demo and the
# tests use. It never stops or changes an engine that it did not start.
#
#   engine.sh ensure       start an engine unless one answers
#   engine.sh run CMD..    ensure, run the command, stop the engine if it was started
#   engine.sh install      install docker.io if it is missing; needs root and apt-get
#   engine.sh start        start our engine
#   engine.sh stop         stop our engine
#   engine.sh restart      restart our engine, even if it hangs
#   engine.sh status       print the version of the engine; exit 0 if one answers
#   engine.sh purge        stop our engine and remove its data
#   engine.sh enter CMD..  run a command where the engine's ports are reachable
#
# ENGINE selects the engine. The default, stable, is the engine that answers or
# that the host's packages provide. trixie, sid, sid-containerd, podman and
# rootless are engines of other Debian suites; see engine-suite.sh.
#
# DOCKER_HOST and DOCKER_CONTEXT are respected. RECONCILER_ENGINE_DIR (default
# /var/lib/reconciler-engine) is the folder of the data, log and pid file of our
# engine. Exit codes: 0 success, 1 failure, 2 usage, 3 no engine available.
set -euo pipefail

suite=$(realpath "$(dirname "${BASH_SOURCE[0]}")")/engine-suite.sh
if [ "${ENGINE:-stable}" != "${RECONCILER_ENGINE_INSIDE:-stable}" ]; then
	exec "$suite" "$@"
fi

state=${RECONCILER_ENGINE_DIR:-/var/lib/reconciler-engine}
exec_root=$state/exec
pid_file=$state/dockerd.pid
log_file=$state/dockerd.log
host=${DOCKER_HOST:-$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null || true)}
host=${host:-unix:///var/run/docker.sock}
daemon=dockerd
[ "${ENGINE:-}" != podman ] || daemon=podman

say() { echo "engine: $*"; }
fail() { code=$1; shift; echo "engine: $*" >&2; exit "$code"; }

# answers prints the version of the engine. It also lists containers, because an
# engine that hangs still answers a ping.
answers() {
	command -v docker >/dev/null || return 1
	timeout 10 docker ps --quiet --last 1 >/dev/null 2>&1 || return 1
	timeout 10 docker version --format '{{.Server.Version}}' 2>/dev/null
}

# is PID NAME succeeds if the process runs under that name. A pid file may be
# older than the process with its number, and a zombie has no command line.
is() { [ -n "$1" ] && [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ] && [ -n "$({ tr -d '\0' <"/proc/$1/cmdline"; } 2>/dev/null)" ]; }

# ours prints the pid of our engine, if it runs.
ours() {
	local pid
	pid=$(cat "$pid_file" 2>/dev/null) || return 1
	is "$pid" "$daemon" && grep -qzF -- "$state/" "/proc/$pid/cmdline" && echo "$pid"
}

# helpers prints the pids of the containerd, the shims and the monitors of our
# engine, which survive a kill of the engine.
helpers() {
	local dir
	for dir in /proc/[0-9]*; do
		case $(cat "$dir/comm" 2>/dev/null) in
		containerd* | conmon) grep -qzF -- "$exec_root/" "$dir/cmdline" 2>/dev/null && basename "$dir" ;;
		esac
	done
	return 0
}

install() {
	[ "${ENGINE:-stable}" = stable ] || return 0 # engine-suite.sh did it
	if command -v dockerd >/dev/null && command -v docker >/dev/null; then
		return 0
	fi
	[ "$(id -u)" = 0 ] || fail 3 "no engine answers and dockerd is not installed; start Docker, or run this as root to install docker.io"
	command -v apt-get >/dev/null || fail 3 "no engine answers and apt-get, which would install docker.io, is missing; install Docker and try again"
	say "installing docker.io"
	local packages=(docker.io iptables ca-certificates) log
	log=$(mktemp)
	export DEBIAN_FRONTEND=noninteractive
	# The package lists may be missing or out of date.
	if ! { apt-get update && apt-get install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		rm -f "$log"
		fail 3 "installing docker.io failed"
	fi
	rm -f "$log"
	# Newer releases ship the client in a separate package.
	command -v docker >/dev/null || apt-get install -y --no-install-recommends docker-cli >/dev/null 2>&1 ||
		fail 3 "docker.io has no client and installing docker-cli failed"
}

# forget removes the pid files of processes that ended. Each of them would make
# the next start fail.
forget() {
	is "$(cat "$pid_file" 2>/dev/null)" "$daemon" || rm -f "$pid_file"
	local containerd=$exec_root/containerd/containerd.pid
	is "$(cat "$containerd" 2>/dev/null)" containerd || rm -f "$containerd"
}

# server prints the command of the engine, one word a line.
server() {
	if [ "${ENGINE:-stable}" != stable ]; then
		printf '%s\n' unshare --mount --propagation private "$suite" within "$RECONCILER_ENGINE_ROOT"
	fi
	if [ "$daemon" = podman ]; then
		printf '%s\n' podman --runtime runc --cgroup-manager cgroupfs --root "$state/data" --runroot "$exec_root" --network-config-dir "$state/networks" \
			system service --time 0 "$host"
		return
	fi
	if [ "${ENGINE:-}" = rootless ]; then
		mkdir -p "$state/data" "$state/home" "$exec_root"
		chown "$RECONCILER_ENGINE_UID" "$state" "$state/data" "$state/home" "$exec_root"
		printf '%s\n' setpriv --reuid "$RECONCILER_ENGINE_UID" --regid "$RECONCILER_ENGINE_UID" --clear-groups \
			env HOME="$state/home" XDG_RUNTIME_DIR="$exec_root" PATH=/usr/sbin:/usr/bin \
			/usr/share/docker.io/contrib/dockerd-rootless.sh
	else
		echo dockerd
	fi
	printf '%s\n' --host "$host" --data-root "$state/data" --exec-root "$exec_root" --pidfile "$pid_file"
	if [ "${ENGINE:-}" = sid-containerd ]; then
		echo '{"features": {"containerd-snapshotter": true}}' >"$state/daemon.json"
		printf '%s\n' --config-file "$state/daemon.json"
	fi
}

launch() {
	forget
	local command
	mapfile -t command < <(server)
	# A separate session, because Ctrl-C in the demo must not stop the engine.
	setsid "${command[@]}" >>"$log_file" 2>&1 </dev/null 9>&- &
	local pid=$! version
	[ "$daemon" = dockerd ] || echo "$pid" >"$pid_file"
	for _ in $(seq 120); do
		if version=$(answers); then
			say "started $version at $host (data in $state)"
			return 0
		fi
		kill -0 "$pid" 2>/dev/null || return 1
		sleep 0.5
	done
	return 1
}

# here fails if the engine would have to be started on another machine.
here() {
	case $host in unix://*) ;; *) fail 3 "no engine answers at $host, and it is not on this machine" ;; esac
}

start() {
	local version
	here
	[ "$(id -u)" = 0 ] || fail 3 "no engine answers at $host; start Docker, or run this as root to start an engine"
	mkdir -p "$state" "$(dirname "${host#unix://}")"
	exec 9>"$state/lock"
	flock 9
	if version=$(answers); then
		say "found $version at $host"
		return 0
	fi
	# The first start after a kill fails if the old containerd is still ending.
	launch || { halt && launch; } || { tail -n 20 "$log_file" >&2; fail 1 "$daemon does not start; see its log $log_file"; }
	flock --unlock 9
}

# gone PID N waits at most N half seconds for the process to end.
gone() {
	for _ in $(seq "$2"); do
		is "$1" "$daemon" || return 0
		sleep 0.5
	done
	return 1
}

# halt stops our engine, kills it if necessary, and kills the processes that it
# left behind.
halt() {
	local pid
	if pid=$(ours); then
		kill -TERM "$pid"
		gone "$pid" 60 || {
			kill -KILL "$pid" && gone "$pid" 20 && say "killed $daemon, because it did not stop"
		} || fail 1 "$daemon (pid $pid) ignores TERM and KILL"
	fi
	for pid in $(helpers); do
		# The children of a shim are the processes of its container.
		kill -KILL $(cat /proc/"$pid"/task/*/children 2>/dev/null) 2>/dev/null || true
		kill -KILL "$pid" 2>/dev/null || true
	done
	forget
}

stop() {
	if [ -z "$(ours)" ] && [ -z "$(helpers)" ]; then
		say "nothing to stop: this script started no engine"
		return 0
	fi
	halt
	say "stopped"
}

restart() {
	if [ -z "$(ours)" ] && answers >/dev/null; then
		fail 1 "this script did not start the engine at $host and does not restart it"
	fi
	halt
	start
}

ensure() {
	local version
	if version=$(answers); then
		say "found $version at $host"
		return 0
	fi
	if [ -n "$(ours)" ]; then
		say "restarting our engine, which does not answer"
		restart
		return
	fi
	here
	install
	start
}

status() {
	local version whose="not started by this script"
	[ -z "$(ours)" ] || whose="started by this script, pid $(ours)"
	version=$(answers) || fail 1 "no engine answers at $host ($whose)"
	say "$version answers at $host ($whose)"
}

purge() {
	stop
	# The engine bind-mounts its data folder and leaves the mount behind.
	awk -v dir="$state/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount
	rm -rf --one-file-system "$state"
	say "removed $state"
}

run() {
	[ $# -gt 0 ] || fail 2 "run needs a command"
	local before
	before=$(ours || true)
	ensure
	if [ -z "$before" ] && [ -n "$(ours)" ]; then
		say "it is stopped after the command"
		# Without output, because the last line belongs to the command.
		trap 'stop >/dev/null' EXIT
	fi
	"$@"
}

case ${1:-} in
ensure | run | install | start | stop | restart | status | purge) "$@" ;;
enter)
	shift
	"$@"
	;;
*)
	sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
	exit 2
	;;
esac
