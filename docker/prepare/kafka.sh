# A Kafka image from the jars that the project publishes, for machines that reach no container registry. The jars are those of
# the distribution's /opt/kafka/libs as far as a broker, its tools and MirrorMaker need them. The image also holds what saves a
# broker's second and third second of boot: an archive of its loaded classes, and the file that formatting would write.

build_kafka() { # version, image
  local context=$work/kafka-$1
  build_jre
  need_disk "$(docker info --format '{{.DockerRootDir}}')" 'the Kafka image'
  fetch_jars "$1"
  mkdir -p "$context"
  cp -al "$cache/kafka-$1" "$context/libs" 2>/dev/null || cp -a "$cache/kafka-$1" "$context/libs"
  cp "$docker_dir/start-broker.sh" "$docker_dir/train-broker.sh" "$context"
  build_image "$docker_dir/Dockerfile.kafka" "$context" "$2" --build-arg "JRE=$jre_image" --build-arg "VERSION=$1"
}

fetch_jars() { # version; leaves them in $cache/kafka-VERSION
  local jars=$cache/kafka-$1 fresh=$work/jars-$1 pom=$work/pom-$1.xml
  [ ! -d "$jars" ] || return 0
  need_command mvn maven 'download Kafka'
  note "downloading Kafka $1"
  write_pom "$1" >"$pom"
  copy_dependencies "$1" "$pom" "$fresh"
  # Kafka writes its logs through SLF4J and leaves the choice of a backend to whoever packs it. Up to 3.9 its artifacts bring
  # reload4j along; since 4.0 they bring Log4j 2 without the bridge to it, which the distribution adds in the same version.
  if ! ls "$fresh"/slf4j-reload4j-*.jar >/dev/null 2>&1; then
    local log4j
    log4j=$(basename "$(ls "$fresh"/log4j-core-*.jar)" .jar)
    write_pom "$1" "${log4j#log4j-core-}" >"$pom"
    copy_dependencies "$1" "$pom" "$fresh"
  fi
  # By renaming, so that a folder of that name is always whole.
  mv "$fresh" "$jars"
}

copy_dependencies() { # version, pom, folder
  local log=$work/mvn-$1.log
  mvn -B -q -f "$2" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$3" >"$log" 2>&1 9>&- && return
  if grep -q 'Could not find artifact org.apache.kafka' "$log"; then
    fail "There is no Kafka $1." "See kafka.apache.org for the versions that there are."
  fi
  fail "Maven could not download Kafka $1: $(reason_in "$log")" \
    "If Maven Central is reached through a mirror or proxy here, name it in ~/.m2/settings.xml. $(carry_images_over)"
}

write_pom() { # Kafka's version, Log4j's version if its bridge is wanted
  cat <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ackproof</groupId><artifactId>kafka-jars</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    $(dependency org.apache.kafka kafka_2.13 "$1")
    $(dependency org.apache.kafka kafka-tools "$1")
    $(dependency org.apache.kafka connect-mirror "$1")
    $([ $# -lt 2 ] || dependency org.apache.logging.log4j log4j-slf4j-impl "$2")
  </dependencies>
</project>
POM
}

dependency() { # group, artifact, version
  printf '<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>' "$@"
}
