# Every image is either here already, or pulled, or built, and goes by the same name in the end; so nothing but this folder
# knows the difference. Toxiproxy has a lane of its own in the background, since building it and building the Java root keep
# one core busy each.

provide_images() {
  local version report='' how
  provide_image toxiproxy "$toxiproxy_version" "ghcr.io/shopify/toxiproxy:$toxiproxy_version" &
  toxiproxy_lane=$!
  for version in ${kafka_versions[@]+"${kafka_versions[@]}"}; do
    provide_image kafka "$version" "apache/kafka:$version"
    report="${report:+$report, }kafka $version$(cat "$work/how-kafka-$version")"
  done
  if [ -n "$postgresql_version" ]; then
    provide_image postgresql "$postgresql_version" "postgres:$postgresql_version"
    report="${report:+$report, }postgresql $postgresql_version$(cat "$work/how-postgresql-$postgresql_version")"
  fi
  if [ -n "$redis_version" ]; then
    provide_image redis "$redis_version" "redis:$redis_version"
    report="${report:+$report, }redis $redis_version$(cat "$work/how-redis-$redis_version")"
  fi
  # This lane has already said what went wrong, if anything did.
  wait "$toxiproxy_lane" || { toxiproxy_lane=; exit 3; }
  toxiproxy_lane=
  how=$(cat "$work/how-toxiproxy-$toxiproxy_version")
  say "images: $report, toxiproxy $toxiproxy_version$how"
}

provide_image() { # name, version, image
  local started=$SECONDS how=$work/how-$1-$2
  if docker image inspect "$3" >/dev/null 2>&1; then
    : >"$how"
  elif pull_image "$3"; then
    printf ' (pulled in %s s)' $((SECONDS - started)) >"$how"
  else
    note "$1 $2 cannot be pulled ($why_not_pulled); building it here"
    "build_$1" "$2" "$3"
    printf ' (built here in %s s)' $((SECONDS - started)) >"$how"
  fi
}

# The Dockerfiles need nothing that the classic builder lacks. It is asked for by name where buildx is missing, because newer
# clients otherwise print a page about it.
build_image() { # dockerfile, context, image, further arguments
  local dockerfile=$1 context=$2 image=$3 log=$work/build-${1##*/}.log buildkit=0
  shift 3
  docker buildx version >/dev/null 2>&1 && buildkit=1
  DOCKER_BUILDKIT=$buildkit docker build --file "$dockerfile" --tag "$image" "$@" "$context" >"$log" 2>&1 9>&- && return
  sed 's/^/  | /' "$log" | tail -n 25 >&2
  fail "Building $image failed: $(reason_in "$log")" "The lines above are the end of the build's log."
}

# For machines without a registry, and where nothing can be built.
carry_images_over() {
  printf '%s' 'Images can also be carried over: "docker save IMAGE... | gzip > images.tgz" where they are, "docker load < images.tgz" here.'
}
