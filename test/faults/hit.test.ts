/** Several that one fault hits: it bit if it bit all of them, and nobody at all is no bite. */
import { expect, test } from 'vitest'
import { kill } from '../../harness/faults/index.ts'
import { allBitten } from '../../harness/faults/hit.ts'
import type { Node } from '../../harness/model/cluster.ts'
import { randomFrom } from '../../harness/model/random.ts'
import { fakeSubject } from '../fake-cluster.ts'
import { these } from './these.ts'

const bitten = { bit: true, evidence: 'broker 1: exit 137' }
const spared = { bit: false, evidence: 'broker 2: still running' }

test('one that was spared is enough for a fault that did not bite', () => {
  expect(allBitten([bitten, bitten])).toEqual({ bit: true, evidence: 'broker 1: exit 137; broker 1: exit 137' })
  expect(allBitten([bitten, spared])).toEqual({ bit: false, evidence: 'broker 1: exit 137; broker 2: still running' })
})

test('nobody is no bite', async () => {
  expect(allBitten([])).toEqual({ bit: false, evidence: 'no node was chosen' })

  const injection = await (await kill(these<Node>()).prepare(fakeSubject({}), randomFrom('test'))).strike()
  expect(await injection.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('no node was chosen') as string })
})
