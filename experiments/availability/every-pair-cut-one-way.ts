/**
 * One broker cannot ask another, which can still ask it: each of the six ways between three brokers in its turn. Replication stops in
 * one direction alone, and a broker may hear of a controller that does not hear of it. Between two cuts every partition goes back to its preferred
 * leader, so that each broker leads one when nobody can ask it.
 */
import {
  brokers, byId, cut, experiment, groupReads, linksOneWay, noDuplicates, noLostWrites, noReordering, noSkippedRecords, numberedWrites, recoversWithin,
  seconds, sequence, topic
} from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const oneWay = (from: number, to: number) => ({ after: seconds(7), fault: cut(linksOneWay(byId(from), byId(to))), lasting: seconds(10) })

export default experiment({
  claim: 'When any one of three brokers cannot ask another, no acknowledged record is lost.',
  cluster: brokers(3, {
    config: {
      'replica.lag.time.max.ms': '5000', 'broker.session.timeout.ms': '6000', 'auto.leader.rebalance.enable': 'true',
      'leader.imbalance.check.interval.seconds': '2', 'leader.imbalance.per.broker.percentage': '0'
    }
  }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 4, recordsPerSecond: 500 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: sequence(oneWay(1, 2), oneWay(2, 1), oneWay(1, 3), oneWay(3, 1), oneWay(2, 3), oneWay(3, 2)),
  duration: seconds(112),
  checkers: [noLostWrites, noDuplicates, noReordering, noSkippedRecords, recoversWithin(seconds(40))],
  tags: ['nightly']
})
