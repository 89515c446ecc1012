/** A wiped disk, both ways: what proves it, what does not, and that its node starts again. */
import { expect, test } from 'vitest'
import { wipe } from '../../harness/faults/index.ts'
import type { Node } from '../../harness/model/cluster.ts'
import type { Injection } from '../../harness/model/fault.ts'
import { fakeNode, fakeSubject } from '../fake-cluster.ts'
import { fakeDisk } from '../fake-disk.ts'
import { random, these } from './these.ts'

const files = { 'orders-0/00000000000000000000.log': Buffer.from('records') }
const strike = async (...nodes: readonly Node[]): Promise<Injection> =>
  (await wipe(these<Node>(...nodes)).prepare(fakeSubject({ nodes: [...nodes, fakeNode(9, { disks: [fakeDisk()] })] }), random)).strike()

test('a wipe kills first, takes all that is on the disks, and healing starts the node without it', async () => {
  const disk = fakeDisk(1, { files })
  const node = fakeNode(2, { disks: [disk] })
  const injection = await strike(node)

  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: 'broker 2: exit 137, and nothing is left in its log directories' })
  await injection[Symbol.asyncDispose]()
  expect(node.calls).toEqual(['kill', 'start'])
  expect(disk.files.size).toBe(0)
})

test('a disk that still holds files, and a node that lives on, are no proof of a wipe', async () => {
  const kept = await strike(fakeNode(2, { disks: [fakeDisk(1, { files, immune: true })] }))
  const alive = await strike(fakeNode(2, { disks: [fakeDisk()], survivesKill: true }))

  expect(await kept.bite('struck')).toEqual({ bit: false, evidence: 'broker 2: exit 137, and disk 1 still holds files' })
  expect(await alive.bite('struck')).toEqual({ bit: false, evidence: 'broker 2: still running' })
})

test('a wipe that fails half-way leaves every node running, and one without a disk of its own is refused', async () => {
  const nodes = [fakeNode(1, { disks: [fakeDisk()] }), fakeNode(2, { disks: [{ ...fakeDisk(), wipe: () => Promise.reject(new Error('in use')) }] })]

  await expect(strike(...nodes)).rejects.toThrow('1 of 2 nodes could not be wiped: in use')
  expect((await Promise.all(nodes.map(node => node.state()))).map(({ status }) => status)).toEqual(['running', 'running'])
  await expect(strike(fakeNode(3))).rejects.toThrow('broker 3 without a disk of its own')
})

test('a wipe of every node is refused before anything is touched', async () => {
  const node = fakeNode(1, { disks: [fakeDisk(1, { files })] })

  await expect(wipe(these<Node>(node)).prepare(fakeSubject({ nodes: [node] }), random)).rejects.toThrow('it spares one')
  expect(node.calls).toEqual([])
})
