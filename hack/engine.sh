#!/usr/bin/env bash
# Finds, installs, starts and stops the Docker engine that the demo and the
# tests use. It does nothing where an engine answers, and never touches one that
# it did not start.
#
#   ensure     an engine that answers: the one there is, else one of our own
#   run CMD..  ensure, run the command, and stop the engine again if we started it
#   install    Debian's docker.io, when missing (needs root and apt-get)
#   start      start our engine, stop  stop it, restart  mend it when it is wedged
#   status     tell what answers and whose it is; exit 0 when something does
#   purge      stop our engine and remove all that it stored
#
# DOCKER_HOST and DOCKER_CONTEXT are respected. RECONCILER_ENGINE_DIR (default
# /var/lib/reconciler-engine) is where our engine keeps its data, log and pid.
# Exit codes: 0 done, 1 failed, 2 usage, 3 no engine can be had here.
set -euo pipefail

state=${RECONCILER_ENGINE_DIR:-/var/lib/reconciler-engine}
exec_root=$state/exec
pid_file=$state/dockerd.pid
log_file=$state/dockerd.log
host=${DOCKER_HOST:-$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null || true)}
host=${host:-unix:///var/run/docker.sock}

say() { echo "engine: $*"; }
fail() { code=$1; shift; echo "engine: $*" >&2; exit "$code"; }

# answers asks deeply: a wedged engine still answers a ping. Its output is the version.
answers() {
	command -v docker >/dev/null || return 1
	timeout 10 docker ps --quiet --last 1 >/dev/null 2>&1 || return 1
	timeout 10 docker version --format '{{.Server.Version}}' 2>/dev/null
}

# is PID NAME: a pid file may outlive its process, and the number be another's. A
# zombie has a name but no command line.
is() { [ -n "$1" ] && [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ] && [ -n "$(tr -d '\0' <"/proc/$1/cmdline")" ]; }

# ours prints the pid of the engine that we started, while it lives.
ours() {
	local pid
	pid=$(cat "$pid_file" 2>/dev/null) || return 1
	is "$pid" dockerd && grep -qzF -- "$pid_file" "/proc/$pid/cmdline" && echo "$pid"
}

# helpers prints the containerd and shims of our engine, which survive its kill.
helpers() {
	local dir
	for dir in /proc/[0-9]*; do
		case $(cat "$dir/comm" 2>/dev/null) in
		containerd*) grep -qzF -- "$exec_root/" "$dir/cmdline" 2>/dev/null && basename "$dir" ;;
		esac
	done
	return 0
}

install() {
	if command -v dockerd >/dev/null && command -v docker >/dev/null; then
		return 0
	fi
	[ "$(id -u)" = 0 ] || fail 3 "no engine answers and dockerd is not installed; start Docker, or run this as root to install docker.io"
	command -v apt-get >/dev/null || fail 3 "no engine answers and there is no apt-get to install docker.io with; install Docker and try again"
	say "installing docker.io"
	local packages=(docker.io iptables ca-certificates) log
	log=$(mktemp)
	export DEBIAN_FRONTEND=noninteractive
	# Lists may be missing, or older than the mirror.
	if ! { apt-get update && apt-get install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		rm -f "$log"
		fail 3 "docker.io could not be installed"
	fi
	rm -f "$log"
	# Newer releases ship the client as a package of its own.
	command -v docker >/dev/null || apt-get install -y --no-install-recommends docker-cli >/dev/null 2>&1 ||
		fail 3 "docker.io came without a client and docker-cli cannot be installed"
}

# forget removes pid files whose process is gone: either stops the next start.
forget() {
	is "$(cat "$pid_file" 2>/dev/null)" dockerd || rm -f "$pid_file"
	local containerd=$exec_root/containerd/containerd.pid
	is "$(cat "$containerd" 2>/dev/null)" containerd || rm -f "$containerd"
}

launch() {
	forget
	# A session of its own: Ctrl-C in a demo must not reach the engine.
	setsid dockerd --host "$host" --data-root "$state/data" --exec-root "$exec_root" --pidfile "$pid_file" \
		>>"$log_file" 2>&1 </dev/null 9>&- &
	local pid=$! version
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

# here fails where the engine would have to be started on another machine.
here() {
	case $host in unix://*) ;; *) fail 3 "nothing answers at $host, and an engine elsewhere cannot be started from here" ;; esac
}

start() {
	local version
	here
	[ "$(id -u)" = 0 ] || fail 3 "no engine answers at $host; start Docker, or run this as root to have one started"
	mkdir -p "$state" "$(dirname "${host#unix://}")"
	exec 9>"$state/lock"
	flock 9
	if version=$(answers); then
		say "found $version at $host"
		return 0
	fi
	# The first start after a kill can meet a containerd that is still going down.
	launch || { halt && launch; } || { tail -n 20 "$log_file" >&2; fail 1 "dockerd does not come up; its log is $log_file"; }
	flock --unlock 9
}

# gone PID N waits N half seconds for the process to end.
gone() {
	for _ in $(seq "$2"); do
		is "$1" dockerd || return 0
		sleep 0.5
	done
	return 1
}

# halt ends our engine: politely, then not, with what it leaves behind.
halt() {
	local pid
	if pid=$(ours); then
		kill -TERM "$pid"
		gone "$pid" 60 || {
			kill -KILL "$pid" && gone "$pid" 20 && say "killed dockerd, which did not stop"
		} || fail 1 "dockerd (pid $pid) can be neither stopped nor killed"
	fi
	for pid in $(helpers); do
		# The children of a shim are its container.
		kill -KILL $(cat /proc/"$pid"/task/*/children 2>/dev/null) 2>/dev/null || true
		kill -KILL "$pid" 2>/dev/null || true
	done
	forget
}

stop() {
	if [ -z "$(ours)" ] && [ -z "$(helpers)" ]; then
		say "nothing to stop: no engine was started from here"
		return 0
	fi
	halt
	say "stopped"
}

restart() {
	if [ -z "$(ours)" ] && answers >/dev/null; then
		fail 1 "the engine at $host was not started from here; restart it yourself"
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
		say "our engine does not answer, restarting it"
		restart
		return
	fi
	here
	install
	start
}

status() {
	local version whose="not started from here"
	[ -z "$(ours)" ] || whose="started from here, pid $(ours)"
	version=$(answers) || fail 1 "nothing answers at $host ($whose)"
	say "$version answers at $host ($whose)"
}

purge() {
	stop
	# The engine mounts its data folder over itself, and does not undo that.
	awk -v dir="$state/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount
	rm -rf --one-file-system "$state"
	say "removed $state"
}

run() {
	[ $# -gt 0 ] || fail 2 "run what?"
	local before
	before=$(ours || true)
	ensure
	if [ -z "$before" ] && [ -n "$(ours)" ]; then
		say "it will be stopped after this"
		# In silence: the last word is the command's.
		trap 'stop >/dev/null' EXIT
	fi
	"$@"
}

case ${1:-} in
ensure | run | install | start | stop | restart | status | purge) "$@" ;;
*)
	sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
	exit 2
	;;
esac
