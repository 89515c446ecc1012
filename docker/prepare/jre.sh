# The base of the Kafka images that are built here: a minimal root of this machine's own distribution with a headless Java
# runtime, imported as ackproof/jre:<release>-<java>. All versions of Kafka share it.

build_jre() { # sets jre_image
  local release java started=$SECONDS
  refuse_unless_debian
  release=$(release_here)
  java=$(java_of_this_release)
  jre_image=ackproof/jre:$release-$java
  docker image inspect "$jre_image" >/dev/null 2>&1 && return
  make_root "$release" "openjdk-$java-jre-headless" 'the Kafka image'
  import_root "$jre_image"
  note "made $jre_image in $((SECONDS - started)) s"
}

# The official images run on Java 21 (Kafka 4.3.0 needs 17 at least). The newest of the two that this release has.
java_of_this_release() {
  local java attempt
  for attempt in 1 2; do
    for java in 21 17; do
      [ -z "$(version_in_apt "openjdk-$java-jre-headless")" ] || { echo "$java"; return; }
    done
    update_apt_lists
  done
  fail "apt knows neither openjdk-21-jre-headless nor openjdk-17-jre-headless." \
    "Check /etc/apt/sources.list and run apt-get update."
}
