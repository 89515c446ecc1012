/**
 * Three faults, of which one makes acks=1 lose: followers here wait for a megabyte or half a second before they take anything over, so
 * that a leader that dies takes with it what nobody else has; slow links and a producer that stands still cost nothing.
 */
import {
  brokers, experiment, freeze, kill, latency, leaderOf, linkToLeaderOf, milliseconds, numberedWrites, oneProducer, seconds, sequence, topic
} from '../../../harness/index.ts'

const orders = topic('orders', { partitions: 1, replicas: 3, minInsyncReplicas: 2 })

export default experiment({
  claim: 'acks=1 loses acknowledged records when one of three faults is the death of the leader.',
  cluster: brokers(3, { config: { 'replica.fetch.min.bytes': '1000000', 'replica.fetch.wait.max.ms': '500' } }),
  workload: numberedWrites({ to: orders, acks: '1', idempotent: false, producers: 3, recordsPerSecond: 2000 }),
  nemesis: sequence(
    { after: seconds(4), fault: latency(linkToLeaderOf(orders, { role: 'producer' }), { of: milliseconds(300) }), lasting: seconds(4) },
    { after: seconds(4), fault: kill(leaderOf(orders)), lasting: seconds(10) },
    { after: seconds(5), fault: freeze(oneProducer()), lasting: seconds(4) }
  ),
  duration: seconds(36),
  checkers: [],
  expects: [{ anomaly: 'lost', level: 'permitted', atLeast: 1, among: 'hit' }]
})
