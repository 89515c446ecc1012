/** Why a machine cannot do a fault, by what its engine says of itself. */
import { expect, test } from 'vitest'
import { factsIn, whyNoCgroups, whyNoLimits, whyNotHere, type EngineFacts } from '../../harness/cluster/docker/engine-facts.ts'
import { whyNoPacketLoss } from '../../harness/cluster/docker/packet-loss-here.ts'

const here = { local: true, kernel: '6.1.0' }
const linux = { KernelVersion: '6.1.0', OperatingSystem: 'Debian GNU/Linux 12 (bookworm)', SecurityOptions: ['name=seccomp,profile=default'], CgroupDriver: 'systemd', CpuCfsQuota: true, MemoryLimit: true }

const facts = (info: Parameters<typeof factsIn>[0] = {}, where = here): EngineFacts => factsIn({ ...linux, ...info }, where)

test('an engine of this very machine, run by root, is reached into, and limits and pauses', () => {
  expect([whyNotHere(facts()), whyNoCgroups(facts()), whyNoLimits(facts())]).toEqual([undefined, undefined, undefined])
})

test.for<[string, EngineFacts, RegExp]>([
  ['Docker Desktop', facts({ OperatingSystem: 'Docker Desktop', KernelVersion: '6.10.14-linuxkit' }), /Docker Desktop .* virtual machine/],
  ['a remote engine', facts({}, { ...here, local: false }), /another machine \(DOCKER_HOST\)/],
  ['an engine in a virtual machine', facts({ KernelVersion: '5.15.0-other' }), /another kernel/],
  ['a rootless engine', facts({ SecurityOptions: ['name=seccomp', 'name=rootless'] }), /rootless/]
])('packets are not lost on %s, and it says why', async ([, engine, reason]) => {
  expect(whyNotHere(engine)).toMatch(reason)
  expect(await whyNoPacketLoss(engine)).toMatch(reason)
})

test('without cgroups nothing is paused or limited', () => {
  const engine = facts({ CgroupDriver: 'none', SecurityOptions: ['name=rootless'] })

  expect(whyNoCgroups(engine)).toBe('the container engine manages no cgroups, as it is rootless and none were delegated to it')
  expect(whyNoLimits(engine)).toBe(whyNoCgroups(engine))
})

test('an engine that says that it cannot limit is believed', () => {
  expect(whyNoLimits(facts({ MemoryLimit: false }))).toMatch(/cannot limit memory/)
  expect(whyNoLimits(facts({ CpuCfsQuota: false, MemoryLimit: false }))).toMatch(/cannot limit CPU and memory/)
})

test('an older engine that says little is taken to be able', () => {
  expect(whyNoLimits(factsIn({ KernelVersion: '6.1.0' }, here))).toBeUndefined()
})
