# A Docker engine that answers. One that is there is used as it is, whoever started it and wherever it is; only where none
# answers, and this is root on Debian or Ubuntu, one is installed and started.

engine_log=/var/log/dockerd.log
engine_pid_file=/var/run/docker.pid
engine_deadline=60

# `docker version` waits for ever on an engine that accepts and does not answer; so it gets ten seconds.
engine_version() { # prints the server's version; what went wrong goes to $work/engine.err
  local limit=
  command -v timeout >/dev/null && limit='timeout 10'
  $limit docker version --format '{{.Server.Version}}' 2>"$work/engine.err"
}

major_minor() { printf '%s' "$1" | cut -d. -f1,2; }

provide_engine() {
  local version
  if command -v docker >/dev/null && version=$(engine_version) && [ -n "$version" ]; then
    say "Docker Engine $(major_minor "$version") is running"
    return
  fi
  refuse_what_is_not_ours
  install_engine
  start_engine
}

refuse_what_is_not_ours() {
  if command -v docker >/dev/null && grep -qi 'permission denied' "$work/engine.err"; then
    fail "A Docker engine is there, but $(id -un) may not use its socket." \
      "Run 'sudo usermod -aG docker $(id -un)' and log in again, or run this with sudo."
  fi
  [ -z "${DOCKER_HOST:-}" ] ||
    fail "DOCKER_HOST is $DOCKER_HOST, and no engine answers there: $(reason_in "$work/engine.err")" \
      "Start that engine, or unset DOCKER_HOST to use the one of this machine."
  [ "$(uname -s)" = Linux ] && command -v apt-get >/dev/null ||
    fail "No Docker engine answers, and this script can start one only on Debian or Ubuntu." \
      "Start Docker (Docker Desktop, colima, or: systemctl start docker), then run this again."
  [ "$(id -u)" = 0 ] ||
    fail "No Docker engine answers, and only root can start one." \
      "Run 'sudo systemctl start docker' where it is installed, or run this with sudo, which installs it too."
}

install_engine() {
  if ! command -v dockerd >/dev/null; then
    note "installing docker.io with apt-get"
    install_packages docker.io
  fi
  # Newer releases have the command in a package of its own.
  command -v docker >/dev/null || install_packages docker-cli
}

start_engine() {
  local started=$SECONDS version dockerd_pid=
  if [ -d /run/systemd/system ]; then
    note "starting Docker with systemctl, waiting for its answer (at most $engine_deadline s)"
    systemctl start docker >"$work/systemctl.log" 2>&1 ||
      fail "systemctl could not start Docker: $(reason_in "$work/systemctl.log")" "See: journalctl -u docker"
  elif running_program "$(pid_in $engine_pid_file)" dockerd; then
    note "dockerd is up but does not answer yet; waiting for it (at most $engine_deadline s)"
  else
    remove_traces_of_a_dead_engine
    note "starting dockerd (log: $engine_log), waiting for its answer (at most $engine_deadline s)"
    # setsid, so that neither the end of this script nor Ctrl-C in its terminal stops the engine; 9 is prepare.sh's lock.
    setsid nohup dockerd >>"$engine_log" 2>&1 </dev/null 9>&- &
    dockerd_pid=$!
  fi
  while ! version=$(engine_version) || [ -z "$version" ]; do
    if [ -n "$dockerd_pid" ] && ! kill -0 "$dockerd_pid" 2>/dev/null; then
      fail "dockerd ended at once: $(reason_in $engine_log)" "The whole story is in $engine_log."
    fi
    [ $((SECONDS - started)) -lt $engine_deadline ] ||
      fail "Docker did not answer within $engine_deadline s: $(reason_in "$work/engine.err")" \
        "Its log ($engine_log, or journalctl -u docker) says why."
    sleep 0.2
  done
  say "Docker Engine $(major_minor "$version") started in $((SECONDS - started)) s"
}

# A killed engine leaves files behind that stop the next one: dockerd refuses to start while its pid file names any living
# process, even one of another program; it takes a living pid in containerd's file for containerd; and it uses a system
# containerd whose socket exists, alive or not. Nothing is removed that still belongs to its owner.
remove_traces_of_a_dead_engine() {
  local pid_file socket
  for pid_file in $engine_pid_file /var/run/docker/containerd/containerd.pid; do
    [ -e "$pid_file" ] || continue
    case $pid_file in *containerd*) owner=containerd ;; *) owner=dockerd ;; esac
    running_program "$(pid_in "$pid_file")" "$owner" && continue
    note "removing $pid_file, which a dead $owner left behind"
    rm -f "$pid_file"
  done
  for socket in /run/containerd/containerd.sock /var/run/docker/containerd/containerd.sock; do
    [ -S "$socket" ] && ! somebody_listens_on "$socket" || continue
    note "removing $socket, on which nobody listens"
    rm -f "$socket"
  done
}

pid_in() { cat "$1" 2>/dev/null || true; }

# A killed process keeps its pid and name as a zombie until its parent asks after it, which a container's first process may
# never do. dockerd takes it for alive.
running_program() { # pid, name
  [ -n "$1" ] && [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status"
}

# The kernel lists every bound socket of this network namespace by the path that it was bound to.
somebody_listens_on() { # path; /var/run is a link to /run, and the engine may have used either name
  grep -qE "( |/var)${1#/var}\$" /proc/net/unix
}
