/** Which members may be dead without another's taking over: static ones, and those whose return the claim is about. */
import { expect, test } from 'vitest'
import { noLostWrites, othersKeepPartitions } from '../../harness/model/demands.ts'
import { topic } from '../../harness/model/topic.ts'
import { awaitedMembers } from '../../harness/run/awaited-members.ts'
import { groupReads, type GroupReads } from '../../harness/workloads/group-reads.ts'

const orders = topic('orders', { partitions: 3, replicas: 3, minInsyncReplicas: 2 })
const reading = (changes: Partial<GroupReads>) => groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work', ...changes }).clients
const plain = { checkers: [noLostWrites] }

test('a member of several is not', () => {
  expect(awaitedMembers(reading({}), plain)).toEqual([])
})

test('a static one is, and so is each where the claim is that others keep what they have, or that they do not', () => {
  expect(awaitedMembers(reading({ membership: 'static' }), plain)).toEqual(['c1', 'c2'])
  expect(awaitedMembers(reading({}), { checkers: [othersKeepPartitions] })).toEqual(['c1', 'c2'])
  expect(awaitedMembers(reading({}), { ...plain, expects: [{ outcome: 'others-moved', atLeast: 1 }] })).toEqual(['c1', 'c2'])
})
