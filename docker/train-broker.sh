#!/bin/bash
# Runs inside the image that Dockerfile.kafka builds, once: one broker with a producer and a consumer group, ended by SIGTERM.
# It leaves two files in /opt/kafka, with which start-broker.sh saves time: ackproof.jsa, the archive of the classes that the
# broker loaded, and bootstrap.checkpoint, as Kafka's own formatting wrote it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
data=$here/data
output=$here/output

cat >"$here/server.properties" <<PROPERTIES
node.id=1
process.roles=broker,controller
listeners=CONTROLLER://127.0.0.1:19191,BROKER://127.0.0.1:19091,CLIENT://127.0.0.1:19092
listener.security.protocol.map=CONTROLLER:PLAINTEXT,BROKER:PLAINTEXT,CLIENT:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:19191
log.dirs=$data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
PROPERTIES

wait_for() { # seconds, what for, command
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] && kill -0 $broker 2>/dev/null || { cat "$output"; echo "error: no $what"; exit 1; }
    sleep 0.1
  done
}

tool() { java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '/opt/kafka/libs/*' "$@"; }

CLUSTER_ID=YWNrcHJvb2YtdHJhaW5pbg KAFKA_JVM_EXTRA=-XX:ArchiveClassesAtExit=/opt/kafka/ackproof.jsa \
  bash "$here/start-broker.sh" >"$output" 2>&1 &
broker=$!
wait_for 60 'started broker' grep -q 'Kafka Server started' "$output"
tool org.apache.kafka.tools.VerifiableProducer --bootstrap-server 127.0.0.1:19092 --topic training --max-messages 1000 --acks -1
tool org.apache.kafka.tools.consumer.ConsoleConsumer --bootstrap-server 127.0.0.1:19092 --topic training --group training \
  --from-beginning --max-messages 1000 --timeout-ms 30000 >/dev/null
kill $broker
wait $broker || [ $? = 143 ]

cat "$output"
[ -s /opt/kafka/ackproof.jsa ] || { echo 'error: Java left no archive of its classes'; exit 1; }
cp "$data/bootstrap.checkpoint" /opt/kafka/bootstrap.checkpoint
rm -rf "$here" /tmp/hsperfdata_*
