#!/usr/bin/env python3
"""A client for Ackproof on confluent-kafka (pip install confluent-kafka). The protocol: your-own-client.md."""
import base64
import json
import queue
import sys
import threading

import confluent_kafka
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

# Nothing else may be printed on standard output; what people are to read goes to standard error.
say = lambda line: print(json.dumps(line), flush=True)
lines = queue.Queue()


def read_lines():
    for text in sys.stdin:
        lines.put(json.loads(text))
    lines.put(None)


def produce(opened):
    producer = Producer({
        'bootstrap.servers': ','.join(opened['bootstrap']),
        'client.id': opened['clientId'],
        'acks': opened['acks'],
        'enable.idempotence': opened['idempotent'],
        'linger.ms': 1,
        # Below the minute after which Ackproof gives a send up.
        'message.timeout.ms': 30000,
        **({} if opened['retries'] is None else {'retries': opened['retries']}),
    })
    producer.list_topics(timeout=10)
    say({'answer': opened['number']})
    while True:
        producer.poll(0)
        try:
            line = lines.get(timeout=0.001)
        except queue.Empty:
            continue
        if line is None:
            producer.flush(1)
            return
        send(producer, line)


def send(producer, line):
    """All records of a send have one outcome: acknowledged if each of them was."""
    values = [base64.b64decode(value) for value in line['send']]
    offsets, errors, refused = [], [], 0

    def delivered(error, message):
        offsets.append(message.offset()) if error is None else errors.append(error.name())
        if len(offsets) + len(errors) == len(values):
            answer()

    def answer():
        outcome = 'acknowledged' if not errors else 'rejected' if refused == len(values) else 'indeterminate'
        ordered = offsets == list(range(offsets[0], offsets[0] + len(offsets))) if offsets and offsets[0] is not None else False
        say({'answer': line['number'], 'outcome': outcome,
             **({'baseOffset': offsets[0]} if not errors and ordered and offsets[0] >= 0 else {}),
             **({'error': errors[0]} if errors else {})})

    for value in values:
        try:
            producer.produce(line['topic'], value=value, partition=line['partition'], on_delivery=delivered)
        except (KafkaException, BufferError) as error:
            # It was never handed to the library. What the library reports later may have had an earlier try that landed.
            refused += 1
            errors.append(error.args[0].name() if isinstance(error, KafkaException) else 'QUEUE_FULL')
            if len(offsets) + len(errors) == len(values):
                answer()


REFUSED_COMMITS = {KafkaError.ILLEGAL_GENERATION, KafkaError.UNKNOWN_MEMBER_ID, KafkaError.REBALANCE_IN_PROGRESS}


def consume(opened):
    consumer = Consumer({
        'bootstrap.servers': ','.join(opened['bootstrap']),
        'client.id': opened['clientId'],
        'group.id': opened['group'],
        'session.timeout.ms': opened['sessionTimeoutMs'],
        'heartbeat.interval.ms': opened['sessionTimeoutMs'] // 10,
        'enable.auto.commit': False,
        'auto.offset.reset': 'earliest',
        'check.crcs': True,
    })
    owned = set()

    def assigned(_, partitions):
        owned.update((one.topic, one.partition) for one in partitions)
        positions = {}
        try:
            positions = {(one.topic, one.partition): one.offset for one in consumer.committed(partitions, timeout=5)}
        except KafkaException as error:
            print(f'the positions are not known: {error}', file=sys.stderr)
        say({'assigned': [{'topic': one.topic, 'partition': one.partition,
                           **({'position': positions[key]} if positions.get(key := (one.topic, one.partition), -1) >= 0 else {})}
                          for one in partitions]})

    def revoked(_, partitions):
        owned.difference_update((one.topic, one.partition) for one in partitions)
        say({'revoked': [{'topic': one.topic, 'partition': one.partition} for one in partitions]})

    consumer.subscribe(opened['topics'], on_assign=assigned, on_revoke=revoked, on_lost=revoked)
    say({'answer': opened['number']})
    while lines.empty():
        batches = {}
        for message in consumer.consume(500, timeout=0.1):
            if message.error() is None:
                batches.setdefault((message.topic(), message.partition()), []).append(message)
        for key, messages in batches.items():
            if key in owned and not hand_over(consumer, key, messages):
                break
    consumer.close()


def hand_over(consumer, key, messages):
    """One batch at a time; the commits come while it is worked on. False: Ackproof wants no more."""
    topic, partition = key
    say({'batch': {'topic': topic, 'partition': partition, 'records': [
        {'offset': message.offset(), 'value': base64.b64encode(message.value() or b'').decode(),
         **({'leaderEpoch': message.leader_epoch()} if message.leader_epoch() is not None else {})} for message in messages]}})
    while True:
        line = lines.get()
        if line is None:
            lines.put(None)
            return False
        if 'commit' in line:
            commit(consumer, line)
        if 'done' in line:
            if line['done']['next'] <= messages[-1].offset():
                consumer.seek(TopicPartition(topic, partition, line['done']['next']))
            return True


def commit(consumer, line):
    wanted = line['commit']
    try:
        done = consumer.commit(offsets=[TopicPartition(wanted['topic'], wanted['partition'], wanted['offset'])], asynchronous=False)
        error = done[0].error
    except KafkaException as raised:
        error = raised.args[0]
    outcome = 'acknowledged' if error is None else 'rejected' if error.code() in REFUSED_COMMITS else 'indeterminate'
    say({'answer': line['number'], 'outcome': outcome, **({} if error is None else {'error': error.name()})})


say({'hello': {'client': 'confluent-kafka-python', 'version': confluent_kafka.__version__, 'rebalanceProtocols': ['classic'], 'checksums': True}})
threading.Thread(target=read_lines, daemon=True).start()
first = lines.get()
if first is not None:
    produce(first) if first['open'] == 'producer' else consume(first)
