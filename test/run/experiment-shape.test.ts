/** What an author of an experiment can get wrong, and is told. */
import { expect, test } from 'vitest'
import { brokers } from '../../harness/model/cluster.ts'
import { seconds } from '../../harness/model/duration.ts'
import { experiment, type Experiment } from '../../harness/model/experiment.ts'
import { topic } from '../../harness/model/topic.ts'
import { insertOnce } from '../../harness/effects/index.ts'
import { refuseUnlessExperiment } from '../../harness/run/experiment-shape.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { groupTransforms } from '../../harness/workloads/group-transforms.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'

const orders = topic('orders')
const writes = numberedWrites({ to: orders, acks: 'all', producers: 1 })
const billing = groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work', effect: insertOnce() })
const reporting = groupReads({ from: orders, group: 'reporting', members: 1, firstMember: 3, commits: 'after-work' })
const withWorkload = (...workload: Experiment['workload']): Experiment => experiment({ claim: 'c', cluster: brokers(3), workload, duration: seconds(1), checkers: [] })

test('groups with a store beside groups without one are refused: the others\' effects would be missed', () => {
  expect(() => refuseUnlessExperiment(withWorkload(writes, billing, reporting), 'mine.ts')).toThrow('Its groups must all have an `effect`, or an output, or none of them')
})

test('groups that all have a store, and groups that all have none, are accepted', () => {
  for (const given of [withWorkload(writes, billing), withWorkload(writes, reporting), withWorkload(writes)]) expect(refuseUnlessExperiment(given, 'mine.ts')).toBe(given)
})

test('a group whose members keep their effects in two places is refused: what is in the one would be missed in the other', () => {
  const elsewhere = groupReads({ from: orders, group: 'billing', members: 1, firstMember: 3, commits: 'after-work', effect: insertOnce({ store: 'redis' }) })

  expect(() => refuseUnlessExperiment(withWorkload(writes, billing, elsewhere), 'mine.ts')).toThrow('The members of its group billing must all have the same `effect`')
})

test('a topic to which nobody writes who names a partition is refused: what a fault met could not be counted', () => {
  const wide = topic('wide', { partitions: 2 })
  const keyless = numberedWrites({ to: wide, acks: 'all', idempotent: false, producers: 1, usage: 'keyless' })

  expect(() => refuseUnlessExperiment(withWorkload(writes, keyless), 'mine.ts')).toThrow('Its topic wide is written to by keyless producers alone')
  const beside = withWorkload(keyless, numberedWrites({ to: wide, acks: 'all', producers: 1, firstProducer: 2 }))
  expect(refuseUnlessExperiment(beside, 'mine.ts')).toBe(beside)
})

test('two groups that write to one topic are refused: what the one has made would be counted for the other', () => {
  const into = (name: string) => groupTransforms({ from: orders, to: topic(name), group: `to ${name}`, members: 2 })
  const invoicing = groupTransforms({ from: orders, to: topic('invoices'), group: 'invoicing', members: 1, firstMember: 3 })

  expect(() => refuseUnlessExperiment(withWorkload(writes, into('invoices'), invoicing), 'mine.ts')).toThrow('would be counted for the other')
  const apart = withWorkload(writes, into('parcels'), invoicing)
  expect(refuseUnlessExperiment(apart, 'mine.ts')).toBe(apart)
})
