/**
 * What a group has committed lies in a topic of Kafka's own, which a power cut takes from like from any other. A run that cuts the power
 * sets flush.messages=1 for that topic; then the group goes on where it was: a member that began below a commit would be a violation.
 */
import { allBrokers, brokers, experiment, groupReads, noDuplicates, noLostWrites, noSkippedRecords, numberedWrites, once, powerCut, seconds, topic } from '../../harness/index.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2, config: { 'flush.messages': '1' } })

export default experiment({
  claim: 'With flush.messages=1 for its records and its commits, a group loses neither to a power cut of all brokers.',
  cluster: brokers(3, { disks: { megabytes: 256 } }),
  workload: [
    numberedWrites({ to: orders, acks: 'all', producers: 3, recordsPerSecond: 2000 }),
    groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work' })
  ],
  nemesis: once(seconds(10), powerCut(allBrokers()), { lasting: seconds(18) }),
  duration: seconds(36),
  checkers: [noLostWrites, noDuplicates, noSkippedRecords],
  tags: ['nightly']
})
