/** Which role a fault's victim bore at the blow: what an answer says depends on whether it came before the blow or after. */
import { expect, test } from 'vitest'
import type { Role } from '../../harness/model/fault.ts'
import { askRole } from '../../harness/run/role-at-blow.ts'

const lost: Role = { held: false, evidence: 'broker 2 led orders-0 (epoch 4)' }
const held: Role = { held: true, evidence: 'broker 1 led orders-0 (epoch 3)' }

/** Answered at 1,000 microseconds. */
const asked = (role: () => Promise<Role>) => askRole({ whom: 'broker 1', role }, () => 1000)

test('a role that was lost before the blow is told as lost', async () => {
  expect(await asked(() => Promise.resolve(lost)).atBlow({ at: 1001 }))
    .toEqual({ bit: false, evidence: 'broker 1 had lost the role for which it was struck before the blow: broker 2 led orders-0 (epoch 4)' })
})

test('an answer that comes after the blow and denies the role leaves open when it was lost, and proves nothing', async () => {
  expect(await asked(() => Promise.resolve(lost)).atBlow({ at: -1000 }))
    .toEqual({ bit: false, evidence: 'whether broker 1 still bore the role for which it was struck is not known: 2 ms after the blow broker 2 led orders-0 (epoch 4)' })
})

test('a role that is still held counts, whenever the answer came', async () => {
  for (const at of [0, 5000]) expect(await asked(() => Promise.resolve(held)).atBlow({ at })).toEqual({ bit: true, evidence: 'asked right before the blow: broker 1 led orders-0 (epoch 3)' })
})

test('a target without a role that could move is asked nothing', async () => {
  expect(await askRole({ whom: 'broker 1' }, () => 0).atBlow({ at: 0 })).toBeUndefined()
})
