/** Faults of disks, both ways: what proves them, what does not, and that healing undoes them. */
import { expect, test } from 'vitest'
import { failDisk, fillDisk, flipBytes, powerCut, slowDisk } from '../../harness/faults/index.ts'
import { crc32c } from '../../harness/model/crc32c.ts'
import type { Node } from '../../harness/model/cluster.ts'
import type { Fault, Injection, NodeTarget } from '../../harness/model/fault.ts'
import { topic } from '../../harness/model/topic.ts'
import { fakeNode, fakeSubject, type FakeNode, type FakeNodeOptions } from '../fake-cluster.ts'
import { fakeDisk, type FakeDisk } from '../fake-disk.ts'
import { random, these } from './these.ts'

const strike = async (fault: (target: NodeTarget) => Fault, ...nodes: readonly Node[]): Promise<Injection> =>
  (await fault(these<Node>(...nodes)).prepare(fakeSubject({ nodes }), random)).strike()
const withDisk = (id: number, disk = fakeDisk(), options: FakeNodeOptions = {}): FakeNode => fakeNode(id, { ...options, disks: [disk] })
const heal = (injection: Injection): PromiseLike<void> => injection[Symbol.asyncDispose]()

test('CRC-32C is Castagnoli\'s: the check value of its definition', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
})

test('a power cut stops all before it keeps any disk, and puts the disks back when all are dead', async () => {
  const disks = [fakeDisk(), fakeDisk()]
  const order: string[] = []
  const nodes = disks.map((disk, index) => {
    const node = withDisk(index + 1, { ...disk, snapshot: async () => {
      order.push('snapshot')
      const snapshot = await disk.snapshot()

      return { ...snapshot, putBack: () => {
        order.push('put back')

        return snapshot.putBack()
      } }
    } })

    return { ...node, pause: async () => {
      order.push('pause')
      await node.pause()
    }, kill: async () => {
      order.push('kill')
      await node.kill()
    } }
  })
  const injection = await strike(powerCut, ...nodes)

  expect(order).toEqual(['pause', 'pause', 'snapshot', 'snapshot', 'kill', 'kill', 'put back', 'put back'])
  expect(await injection.bite('struck')).toEqual({
    bit: true, evidence: [1, 2].map(id => `broker ${id}: exit 137, its disk put back to the moment of the cut (0.0 MB differed)`).join('; ')
  })
  expect(disks.map(({ calls }) => calls.at(-1))).toEqual(['remove', 'remove'])
  await heal(injection)
  expect((await Promise.all(nodes.map(node => node.state()))).map(({ status }) => status)).toEqual(['running', 'running'])
})

test('a power cut whose disk was not put back is a kill, and one that did not kill is nothing', async () => {
  const kept = await strike(powerCut, withDisk(2, fakeDisk(1, { putsNothingBack: true })))
  const alive = await strike(powerCut, withDisk(2, fakeDisk(), { survivesKill: true }))

  expect(await kept.bite('struck')).toEqual({ bit: false, evidence: 'broker 2: its file system on disk 1 was left in order, as no power cut leaves it' })
  expect(await alive.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('still') as string })
})

test('a power cut that fails half-way leaves every node running, and no copy', async () => {
  const [one, other] = [fakeDisk(), { ...fakeDisk(), snapshot: () => Promise.reject(new Error('never at rest')) }]
  const nodes = [withDisk(1, one), withDisk(2, other)]

  await expect(strike(powerCut, ...nodes)).rejects.toThrow('1 of 2 nodes\' disks could not be kept: never at rest')
  expect((await Promise.all(nodes.map(node => node.state()))).map(({ status }) => status)).toEqual(['running', 'running'])
  expect(one.calls).toEqual(['snapshot', 'remove'])
})

test('a power cut of which one disk could not be put back is in force for all that it hit, is no proof, and heals', async () => {
  const jammed = fakeDisk()
  const nodes = [withDisk(1), withDisk(2, { ...jammed, snapshot: async () => ({ ...await jammed.snapshot(), putBack: () => Promise.reject(new Error('still in use')) }) })]
  const prepared = await powerCut(these<Node>(...nodes)).prepare(fakeSubject({ nodes }), random)
  const injection = await prepared.strike()

  expect(prepared.brokers).toEqual([1, 2])
  expect(await injection.bite('struck')).toEqual({
    bit: false,
    evidence: 'broker 1: exit 137, its disk put back to the moment of the cut (0.0 MB differed); broker 2: its disk was not put back, or only in part: still in use'
  })
  expect(jammed.calls).toEqual(['snapshot', 'remove'])
  await heal(injection)
  expect((await Promise.all(nodes.map(node => node.state()))).map(({ status }) => status)).toEqual(['running', 'running'])
})

test('a power cut that killed only some puts nothing back: a kill takes nothing from a disk', async () => {
  const [disk, other] = [fakeDisk(), fakeDisk()]
  const nodes = [withDisk(1, disk), { ...withDisk(2, other), kill: () => Promise.reject(new Error('no such process')) }]

  await expect(strike(powerCut, ...nodes)).rejects.toThrow('1 of 2 nodes could not be killed: no such process')
  expect([disk.calls, other.calls]).toEqual([['snapshot', 'remove'], ['snapshot', 'remove']])
})

test('a failed disk spares one broker at least', async () => {
  const nodes: readonly Node[] = [withDisk(1), withDisk(2)]

  await expect(failDisk(these(...nodes)).prepare(fakeSubject({ nodes }), random)).rejects.toThrow('`failDisk` was to hit all 2 brokers')
  expect(await failDisk(these(...nodes.slice(0, 1))).prepare(fakeSubject({ nodes }), random)).toMatchObject({ brokers: [1] })
})

test('a power cut counts brokers alone among those that it hit: a controller has no replica', async () => {
  const nodes: readonly Node[] = [withDisk(1), { ...withDisk(4), roles: ['controller'] }]

  expect(await powerCut(these(...nodes)).prepare(fakeSubject({ nodes }), random)).toMatchObject({ brokers: [1], whom: 'nodes 1 and 4' })
})

test.for<[string, (target: NodeTarget) => Fault]>([
  ['power cut', powerCut], ['full disk', fillDisk], ['failed disk', failDisk], ['slow disk', target => slowDisk(target, { kilobytesPerSecond: 100 })],
  ['flip', target => flipBytes(target, { of: topic('orders') })]
])('a %s of a node without a disk of its own is refused, in words', async ([, fault]) => {
  await expect(strike(fault, fakeNode(2))).rejects.toThrow('broker 2 without a disk of its own: ask for disks in the experiment')
})

const refusals = [
  ['full', fillDisk, 'java.io.IOException: No space left on device', 'no-space', 'empty'], ['failed', failDisk, 'java.io.IOException: Read-only file system', 'read-only', 'repair']
] as const

test.for(refusals)('a %s disk is proven by a write that it refuses, and before healing by what Kafka met', async ([, fault, said, ending, mended]) => {
  const disk = fakeDisk()
  let log = 'an older line\n'
  const node = withDisk(2, disk, { log: () => log })
  const injection = await strike(fault, node)

  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: `broker 2: a write to disk 1 is refused (${ending})` })
  expect(await injection.bite('healing')).toMatchObject({ bit: false, evidence: expect.stringContaining('Kafka has not met') as string })
  log += `${said}\n`
  expect(await injection.bite('healing')).toMatchObject({ bit: true, evidence: expect.stringContaining('Kafka met') as string })
  await heal(injection)
  await heal(injection)
  expect(disk.calls.filter(call => call === mended)).toHaveLength(1)
  expect(node.calls).toEqual(['stop', 'start'])
})

test.for(refusals)('a %s disk that takes writes all the same did not bite, nor did one for an old line of the log', async ([, fault, said]) => {
  const immune = await strike(fault, withDisk(2, fakeDisk(1, { immune: true }), { log: () => said }))
  const old = await strike(fault, withDisk(2, fakeDisk(), { log: () => said }))

  expect(await immune.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('a write to disk 1 ended as written') as string })
  expect(await old.bite('healing')).toMatchObject({ bit: false })
})

test.for(refusals)('a broker that ended itself for a %s disk proves it, and healing begins a new life', async ([, fault, said]) => {
  let log = ''
  const node = withDisk(2, fakeDisk(), { log: () => log, stopsWith: 1 })
  const injection = await strike(fault, node)
  await node.stop()

  expect(await injection.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('broker 2: exit 1, Kafka has not met') as string })
  log = said
  expect(await injection.bite('healing')).toMatchObject({ bit: true, evidence: expect.stringContaining('broker 2: exit 1, Kafka met') as string })
  await heal(injection)
  expect(await node.state()).toMatchObject({ status: 'running', startedAt: 'life 2' })
})

test('of several log directories only the one that is meant is filled, and one that is not there is refused', async () => {
  const [first, second] = [fakeDisk(1), fakeDisk(2)]
  const node = fakeNode(2, { disks: [first, second] })
  await strike(target => fillDisk(target, { directory: 2 }), node)

  expect([first.calls, second.calls]).toEqual([[], ['fill']])
  await expect(strike(target => fillDisk(target, { directory: 3 }), node)).rejects.toThrow('broker 2 has 2 log directories, and none of number 3')
})

const slowAmong = async (disk: FakeDisk, ...others: readonly Node[]): Promise<Injection> => {
  const node = withDisk(2, disk)

  return (await slowDisk(these<Node>(node), { kilobytesPerSecond: 100 }).prepare(fakeSubject({ nodes: [node, ...others] }), random)).strike()
}

test('a slow disk is proven by a write that takes its time while another disk is quick, and healing makes it quick again', async () => {
  const disk = fakeDisk()
  const injection = await slowAmong(disk, withDisk(3))

  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: 'broker 2: on disk 1 100 kB took 10 ms before, and 1000 ms now, when broker 3, left alone, took 10 ms' })
  await heal(injection)
  expect(await disk.tryWrite({ bytes: 1 })).toMatchObject({ milliseconds: 10 })
})

test('a slow disk that is as quick as ever did not bite, and a pace that makes no sense is refused', async () => {
  const injection = await slowAmong(fakeDisk(1, { immune: true }), withDisk(3))

  expect(await injection.bite('struck')).toMatchObject({ bit: false })
  expect(() => slowDisk(these<Node>(), { kilobytesPerSecond: 0 })).toThrow('`slowDisk` is asked for 0 kB/s')
})

test('a disk that is slow on a machine whose disks are all slow did not bite, and with nobody to compare with none did', async () => {
  const [elsewhere, dead] = [fakeDisk(), { ...fakeDisk(), tryWrite: () => Promise.resolve({ ending: 'not-asked', milliseconds: 0 } as const) }]
  const everywhere = await slowAmong(fakeDisk(), withDisk(3, elsewhere))
  const alone = await slowAmong(fakeDisk(), withDisk(3, dead))
  await elsewhere.throttle({ kilobytesPerSecond: 100 })

  expect(await everywhere.bite('struck')).toEqual({ bit: false, evidence: 'broker 2: on disk 1 100 kB took 10 ms before, and 1000 ms now, when broker 3, left alone, took 1000 ms' })
  expect(await alone.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('no disk that was left alone could be compared with it') as string })
  await expect(slowAmong(fakeDisk())).rejects.toThrow('`slowDisk` was to hit every node that has a disk')
})

/** A batch as far as its checksum goes: base offset, length, epoch, magic 2, CRC, then what the CRC covers. */
const batchAt = (offset: number, filler: string): Buffer => {
  const batch = Buffer.concat([Buffer.alloc(61), Buffer.from(filler), Buffer.alloc(1)])
  batch.writeBigInt64BE(BigInt(offset), 0)
  batch.writeInt32BE(batch.length - 12, 8)
  batch.writeInt8(2, 16)
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)

  return batch
}
const [older, newer] = [batchAt(0, 'older'), batchAt(7, 'newer')]
const orders = topic('orders', { partitions: 1 })
const newestSegment = 'orders-0/00000000000000000007.log'
const segments = (): Readonly<Record<string, Buffer>> => ({
  'orders-0/00000000000000000000.log': Buffer.from(older), [newestSegment]: Buffer.concat([older, newer, newer.subarray(0, 30)]), 'orders-0/00000000000000000007.index': Buffer.from('index')
})

test('a flip changes one bit of the newest whole batch, is proven by its checksum, and healing puts it back', async () => {
  const disk = fakeDisk(1, { files: segments() })
  const injection = await strike(target => flipBytes(target, { of: orders }), withDisk(2, disk))
  const found = disk.files.get(newestSegment)!

  expect([...found].filter((byte, at) => byte !== segments()[newestSegment]![at])).toHaveLength(1)
  expect(found.subarray(0, older.length)).toEqual(older)
  expect(await injection.bite('struck')).toEqual({ bit: true, evidence: `broker 2: ${newestSegment}: the batch at offset 7 does not match its checksum` })
  await heal(injection)
  expect(found).toEqual(segments()[newestSegment])
})

test('a flip that changed nothing did not bite, nor one that was cut off since, which healing leaves alone', async () => {
  const immune = await strike(target => flipBytes(target, { of: orders }), withDisk(2, fakeDisk(1, { immune: true, files: segments() })))
  const disk = fakeDisk(1, { files: segments() })
  const injection = await strike(target => flipBytes(target, { of: orders }), withDisk(2, disk))
  disk.files.set(newestSegment, Buffer.from(older))

  expect(await immune.bite('struck')).toMatchObject({ bit: false, evidence: expect.stringContaining('is not as it was left') as string })
  expect(await injection.bite('healing')).toMatchObject({ bit: false })
  await heal(injection)
  expect(disk.files.get(newestSegment)).toEqual(older)
})

test('a flip where nothing lies yet is an error, and not a fault without effect', async () => {
  await expect(strike(target => flipBytes(target, { of: orders }), withDisk(2))).rejects.toThrow('broker 2: no batch of orders on a disk of its own')
})
