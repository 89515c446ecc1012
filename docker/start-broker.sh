#!/bin/bash
# Starts one Kafka node in a container, from the official image or from the one that prepare.sh builds: formats the storage if
# it is new, then becomes the broker's Java, so that signals reach Kafka itself. The harness copies this script and a
# server.properties into /ackproof/ and makes it the entrypoint; a container that was killed is started again with the same.
#
#   CLUSTER_ID       the cluster's id; needed when the storage is new
#   HEAP_MB          the broker's heap in MB (default 320)
#   KAFKA_JVM_EXTRA  further flags for Java, separated by spaces; the last of two contrary flags counts
#   SYNC_FORMATTED   not empty: new storage is on the disk, not only in the system's memory, before Kafka starts
#   FORMAT_ARGS      further arguments of kafka-storage format, such as --release-version 3.9-IV0
#   CLASS_ARCHIVE    the archive of loaded classes to use; empty for none (default: the one in the image, if there is one)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
properties=$here/server.properties
kafka=/opt/kafka

stop() { # what happened, what to do
  echo "start-broker: $1 $2" >&2
  exit 64
}

# A Java properties file may have spaces around the name and the value; of two lines with one name the last counts.
property() {
  sed -n "s/^[[:space:]]*$1[[:space:]]*[=:][[:space:]]*//p" "$properties" | tail -n 1 | tr -d '\r' | sed 's/[[:space:]]*$//'
}

# All jars one by one, in the order and with the exceptions of Kafka's own launcher: an archive of classes is only used by a
# class path that begins like the one it was made with.
class_path() {
  local LC_ALL=C jar path=
  for jar in "$kafka"/libs/*; do
    case $jar in
      *-test.jar | *-test-sources.jar | *-src.jar | *-scaladoc.jar | *-javadoc.jar | *jar.asc | *connect-file*.jar) ;;
      *) path=$path:$jar ;;
    esac
  done
  echo "${path#:}"
}

# Flags for the first of these archives that is there. Java checks that it fits and runs without it if not; then it must not
# fill the log with the reasons.
use_archive() {
  local archive
  for archive in "$@"; do
    [ ! -f "$archive" ] || { echo "-Xshare:auto -XX:SharedArchiveFile=$archive -Xlog:cds*=off -Xlog:class+path=off"; return; }
  done
}

# What explains a failure is told: who became controller or leader, who left the ISR, what was truncated or recovered, which
# group rebalanced. What is said for every request or every setting is not.
told='kafka.server.KafkaRaftServer kafka.server.BrokerServer kafka.server.ControllerServer kafka.server.BrokerLifecycleManager
  org.apache.kafka.server.BrokerLifecycleManager org.apache.kafka.server.AbstractFetcherThread
  kafka.server.ReplicaFetcherThread kafka.server.ReplicaManager kafka.server.metadata
  kafka.cluster kafka.log org.apache.kafka.storage.internals.log state.change.logger
  org.apache.kafka.controller org.apache.kafka.raft kafka.raft
  kafka.coordinator org.apache.kafka.coordinator'

write_log_settings() { # file; prints the flag that makes Kafka use it
  local name number=0
  if ls "$kafka"/libs/log4j-core-2*.jar >/dev/null 2>&1; then
    {
      # Without a hook of its own: Log4j would fall silent as soon as SIGTERM comes, and hide how the broker stopped.
      echo 'shutdownHook = disable'
      echo 'appender.out.type = Console'
      echo 'appender.out.name = out'
      echo 'appender.out.layout.type = PatternLayout'
      echo "appender.out.layout.pattern = $1"
      echo 'rootLogger.level = WARN'
      echo 'rootLogger.appenderRef.out.ref = out'
      for name in $told; do
        number=$((number + 1))
        echo "logger.l$number.name = $name"
        echo "logger.l$number.level = INFO"
      done
    } >"$here/log4j2.properties"
    echo "-Dlog4j2.configurationFile=file:$here/log4j2.properties"
  else
    {
      echo 'log4j.rootLogger=WARN, out'
      echo 'log4j.appender.out=org.apache.log4j.ConsoleAppender'
      echo 'log4j.appender.out.layout=org.apache.log4j.PatternLayout'
      echo "log4j.appender.out.layout.ConversionPattern=$1"
      for name in $told; do echo "log4j.logger.$name=INFO"; done
    } >"$here/log4j.properties"
    echo "-Dlog4j.configuration=file:$here/log4j.properties"
  fi
}

# A random id as Kafka writes them: the 16 bytes of a version 4 UUID in base64url without padding, not beginning with a dash.
new_id() {
  local id=-
  while [ "${id#-}" != "$id" ]; do
    id=$(printf "$(sed 's/-//g; s/../\\x&/g' /proc/sys/kernel/random/uuid)" | base64 | tr '+/' '-_' | tr -d '=\n')
  done
  echo "$id"
}

# Formatting puts two files into each log directory: bootstrap.checkpoint, which holds the feature levels of a new cluster and
# so depends on Kafka's version alone, and meta.properties, which names the cluster, the node and the directory
# (org.apache.kafka.metadata.storage.Formatter). An image built here keeps the first from a real formatting, so that only the
# second has to be written, and no second Java has to start. meta.properties comes last: with it the directory is formatted.
format_from_image() {
  local directory
  for directory in "${directories[@]}"; do
    [ ! -e "$directory/meta.properties" ] || continue
    mkdir -p "$directory"
    cp "$kafka/bootstrap.checkpoint" "$directory/bootstrap.checkpoint"
    printf '%s\n' "cluster.id=$CLUSTER_ID" "directory.id=$(new_id)" "node.id=$node_id" version=1 >"$directory/meta.properties.tmp"
    mv "$directory/meta.properties.tmp" "$directory/meta.properties"
  done
}

# With controller.quorum.voters no flag about the quorum is needed or allowed, in 3.9 as in 4.x.
format_with_kafka() {
  # shellcheck disable=SC2046,SC2086 # both are lists of words
  java -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData $(use_archive "$kafka/storage.jsa") "$log_flag" \
    -cp "$class_path" kafka.tools.StorageTool format --ignore-formatted -t "$CLUSTER_ID" -c "$properties" ${FORMAT_ARGS:-}
}

[ -f "$properties" ] || stop "$properties is missing." "Copy the broker's configuration there."
node_id=$(property node.id)
log_dirs=$(property log.dirs)
[ -n "$log_dirs" ] || log_dirs=$(property log.dir)
[ -n "$log_dirs" ] || stop "$properties sets no log.dirs." "Name at least one folder."
IFS=, read -r -a directories <<<"${log_dirs//[[:space:]]/}"
class_path=$(class_path)
log_flag=$(write_log_settings '%d{yyyy-MM-dd HH:mm:ss.SSS} %-5p %m (%c{1})%n')

if [ ! -f "${directories[0]}/meta.properties" ]; then
  [ -n "${CLUSTER_ID:-}" ] || stop "CLUSTER_ID is not set, and the storage is new." "Give every node of a cluster the same id."
  # Java takes over only afterwards, and bash as process 1 would ignore SIGTERM until then.
  trap 'exit 143' TERM
  if [ -f "$kafka/bootstrap.checkpoint" ] && [ -z "${FORMAT_ARGS:-}" ] && [ -n "$node_id" ] &&
    [ -n "$(property controller.quorum.voters)" ] && [ "$(property unstable.feature.versions.enable)" != true ]; then
    format_from_image
  else
    format_with_kafka
  fi
  [ -z "${SYNC_FORMATTED:-}" ] || sync -f "${directories[@]}" 2>/dev/null || sync
fi

# Serial collection and the first compiler only: they need the least memory and start the soonest, which counts when several
# brokers share two cores. A broker without memory must end, not limp.
# shellcheck disable=SC2046,SC2086 # all three are lists of words
exec java -Xms"${HEAP_MB:-320}m" -Xmx"${HEAP_MB:-320}m" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
  -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true -Duser.timezone=UTC \
  $(use_archive ${CLASS_ARCHIVE-"$kafka/ackproof.jsa" "$kafka/kafka.jsa"}) "$log_flag" ${KAFKA_JVM_EXTRA:-} \
  -cp "$class_path" kafka.Kafka "$properties"
