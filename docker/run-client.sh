#!/bin/bash
# Runs one of Kafka's Java clients in a container: run-client.sh CLASS ARGUMENT... A zero byte says that it waits for a line on standard
# input. Then it starts the client, and passes on what that prints only in blocks of at most 32 KiB that are asked for, a line on standard
# input each, the first one included; a zero byte ends each. So the harness knows how much can be on its way, and that is all that the client
# can be ahead of it. The client ends with standard input, at once. SIGTERM is handed on, and SIGUSR1 as SIGKILL: what a client has printed
# that is killed so can still be asked for. At the client's end a last line has its exit code.
#
#   CLIENT_CONFIG   lines of the client's configuration, for --command-config
#   CLIENT_LOG      classes whose log from INFO on is printed among the client's own lines, as {"name":"log",...}
set -u

printf '%s\n' "$CLIENT_CONFIG" >/tmp/client.properties
cat >/tmp/log4j2.properties <<'SETTINGS'
appender.err.type = Console
appender.err.name = err
appender.err.target = SYSTEM_ERR
appender.err.layout.type = PatternLayout
appender.err.layout.pattern = %d %-5p %m (%c{1})%n
appender.out.type = Console
appender.out.name = out
appender.out.target = SYSTEM_OUT
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = {"name":"log","timestamp":%d{UNIX_MILLIS},"message":"%enc{%m}{JSON}"}%n
rootLogger.level = WARN
rootLogger.appenderRef.err.ref = err
SETTINGS
for class in ${CLIENT_LOG:-}; do
  id=${class##*.}
  printf 'logger.%s.name = %s\nlogger.%s.level = INFO\nlogger.%s.appenderRef.out.ref = out\n' "$id" "$class" "$id" "$id"
done >>/tmp/log4j2.properties
mkfifo /tmp/asked
exec 3<&0
printf '\0'
read -r _ <&3 || exit 1

trap 'kill -TERM "$(cat /tmp/client.pid)"' TERM
trap 'kill -KILL "$(cat /tmp/client.pid)"' USR1
# Of its own, so that the end of standard input is noticed while a block is waited for.
{
  while read -r _ <&3; do printf '\n'; done >/tmp/asked
  kill -KILL "$(cat /tmp/client.pid)"
} &
{
  {
    java -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Djava.awt.headless=true -Dlog4j2.configurationFile=file:/tmp/log4j2.properties \
      -cp '/opt/kafka/libs/*' "org.apache.kafka.tools.$1" "${@:2}" --command-config /tmp/client.properties 3<&- </dev/null &
    echo $! >/tmp/client.pid
    wait $!
    printf '{"name":"ended","exitCode":%d}\n' $?
  } | {
    exec 4</tmp/asked
    while
      dd bs=32768 count=1 2>/dev/null
      printf '\0'
      read -r _ <&4
    do :; done
  }
} &
until wait $!; do kill -0 $! 2>/dev/null || break; done
