# What prepare.sh says to a person, and how two of them at once keep out of each other's way. Results and errors look alike
# everywhere: a sign, what happened, and for an error what to do next.

say() { # something that is done
  [ "$quiet" = yes ] || printf '✔ %s\n' "$1"
}

note() { # something that is about to take a while
  [ "$quiet" = yes ] || printf '  %s\n' "$1"
}

fail() { # what happened, what to do
  printf '✖ %s\n' "$1" >&2
  [ $# -lt 2 ] || printf '  %s\n' "$2" >&2
  exit 3
}

# The line of a log that says why: the last one with an error in it, or else the last one.
reason_in() { # file
  local line
  line=$(grep -iE 'error|fatal|failed|cannot|unable|not found' "$1" | tail -n 1 || true)
  [ -n "$line" ] || line=$(grep -v '^[[:space:]]*$' "$1" | tail -n 1 || true)
  printf '%s' "$line" | tr -d '\033' | cut -c 1-300
}

# One prepare.sh at a time, for two would start two engines or build the same image twice. The lock lives as long as file
# descriptor 9, which is why everything that outlives this script (dockerd) is started with it closed. macOS has no flock;
# there nothing is built, so nothing needs it.
take_turns() {
  command -v flock >/dev/null || return 0
  exec 9>"$cache/prepare.lock"
  flock -n 9 && return 0
  note "another prepare.sh is at work; waiting for it (at most 15 minutes)"
  flock -w 900 9 || fail "Another prepare.sh has been at work for 15 minutes." \
    "Look for it with: ps -ef | grep prepare.sh"
}

need_disk() { # folder, what for
  local free_mb
  free_mb=$(df -Pm "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')
  [ -n "$free_mb" ] || return 0
  [ "$free_mb" -ge 2000 ] ||
    fail "Building $2 needs 2,000 MB in $1, and $free_mb MB are free." \
      "Free some space there, for instance with: docker system prune"
}

# Installs a Debian package if the command that it brings is missing. Who cannot install is told what is missing.
need_command() { # command, package, what for
  command -v "$1" >/dev/null && return 0
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    fail "'$1' is needed to $3, and is not here." "Install it (Debian and Ubuntu: apt-get install $2), or run this as root."
  note "installing $2, to $3"
  install_packages "$2"
  command -v "$1" >/dev/null || fail "apt-get installed $2, and still there is no '$1'." "Install '$1' by hand."
}

install_packages() {
  local log=$work/apt.log
  if ! DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$log" 2>&1 9>&-; then
    # The lists of a fresh machine are empty or old; that is the usual reason, so it is the first remedy.
    DEBIAN_FRONTEND=noninteractive apt-get update >>"$log" 2>&1 9>&- || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1 9>&- ||
      fail "apt-get could not install $*: $(reason_in "$log")" "Try it by hand: apt-get update && apt-get install $*"
  fi
}
