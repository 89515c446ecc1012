#!/usr/bin/env bash
# Makes this machine ready for Ackproof: a Docker engine that answers, and the images that the harness starts. It may be
# run any number of times; what is there already is left alone, so that `npm run drill` can begin with it every time.
# Written for bash 3.2 as well, because that is what macOS has.
set -euo pipefail

docker_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
for part in say engine registry images root jre kafka toxiproxy stores; do
  # shellcheck source=/dev/null
  . "$docker_dir/prepare/$part.sh"
done

usage() {
  cat <<'USAGE'
Usage: docker/prepare.sh [--kafka VERSION[,VERSION...]]... [--toxiproxy VERSION]
                         [--postgresql VERSION] [--redis VERSION] [--quiet]

Starts a Docker engine if none answers (as root on Debian or Ubuntu), and provides the images
apache/kafka:VERSION and ghcr.io/shopify/toxiproxy:VERSION: those present are kept, others are pulled,
and what cannot be pulled is built here.

  --kafka VERSIONS     Kafka versions, separated by commas; may be repeated   (default 4.3.0,
                       or none where only a store is asked for)
  --toxiproxy VERSION  the version of Toxiproxy                                (default 2.12.0)
  --postgresql VERSION postgres:VERSION too, for experiments with a store there (15)
  --redis VERSION      redis:VERSION too, likewise                             (7.0)
  --quiet              print nothing but errors
  --help               print this

Environment
  ACKPROOF_PULL=never  do not ask a registry, build what is missing
  XDG_CACHE_HOME       where downloads are kept, in its folder ackproof        (default ~/.cache)
  DOCKER_HOST          use this engine; none is started then

Exit codes: 0 all is ready, 2 a wrong argument, 3 something is missing, and the message says what to do.
USAGE
}

usage_error() {
  printf '✖ %s\n  docker/prepare.sh --help lists the arguments.\n' "$1" >&2
  exit 2
}

check_version() { # option version
  case $2 in
    '' | *[!0-9A-Za-z._-]*) usage_error "$1 needs versions like 4.3.0; '$2' is none." ;;
  esac
}

kafka_versions=()
toxiproxy_version=2.12.0
postgresql_version=
redis_version=
quiet=no
while [ $# -gt 0 ]; do
  case $1 in
    --kafka=* | --toxiproxy=* | --postgresql=* | --redis=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
    --toxiproxy | --postgresql | --redis)
      [ $# -ge 2 ] || usage_error "$1 needs a version."
      check_version "$1" "$2"
      case $1 in
        --toxiproxy) toxiproxy_version=$2 ;;
        --postgresql) postgresql_version=$2 ;;
        --redis) redis_version=$2 ;;
      esac
      shift 2 ;;
    --kafka)
      [ $# -ge 2 ] || usage_error "$1 needs a version."
      check_version "$1" "${2//,/}"
      IFS=, read -r -a more <<<"$2"
      for version in "${more[@]}"; do
        check_version "$1" "$version"
        case " ${kafka_versions[*]-} " in *" $version "*) ;; *) kafka_versions+=("$version") ;; esac
      done
      shift 2 ;;
    --quiet) quiet=yes; shift ;;
    --help | -h) usage; exit 0 ;;
    *) usage_error "'$1' is not an argument of prepare.sh." ;;
  esac
done
[ ${#kafka_versions[@]} -gt 0 ] || [ -n "$postgresql_version$redis_version" ] || kafka_versions=(4.3.0)

cache=${XDG_CACHE_HOME:-$HOME/.cache}/ackproof
mkdir -p "$cache" || fail "The folder $cache cannot be written." "Set XDG_CACHE_HOME to a folder of yours."
work=$(mktemp -d "$cache/work.XXXXXX")
toxiproxy_lane=
# Whatever ends this script early, the lane in the background and the half-built root must not outlive it. debootstrap may have
# mounted /proc and /sys in that root; removing it must not reach into them.
tidy_up() {
  [ -z "$toxiproxy_lane" ] || { pkill -P "$toxiproxy_lane"; kill "$toxiproxy_lane"; } 2>/dev/null || true
  if [ -d "$work/root" ]; then
    umount "$work/root/proc" "$work/root/sys" 2>/dev/null || true
    rm -rf --one-file-system "$work/root" 2>/dev/null || return 0
  fi
  rm -rf "$work"
}
trap tidy_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

take_turns
provide_engine
provide_images
