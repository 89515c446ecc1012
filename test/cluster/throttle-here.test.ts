/** Whether a machine's control groups can make a container write slowly, by their files. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { factsIn } from '../../harness/cluster/docker/engine-facts.ts'
import { whyNoThrottle, whyNoWriteLimit } from '../../harness/cluster/docker/throttle-here.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const firstVersion = '7:blkio:/docker/a1\n1:cpu,cpuacct:/\n0::/\n'
const secondVersion = '0::/user.slice\n'

/** The files that there are, each with its text. */
const groups = (own: string, files: Readonly<Record<string, string>>) => {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }

  return { own, folder }
}

const handedDown = { 'cgroup.controllers': 'cpuset cpu io memory\n', 'cgroup.subtree_control': 'cpu io memory\n' }

test.for([
  ['the first version', firstVersion, { 'blkio/blkio.throttle.write_bps_device': '' }],
  ['the second version', secondVersion, { ...handedDown, 'system.slice/io.max': '', 'user.slice/cgroup.procs': '' }],
  ['the second version, before any container', secondVersion, { ...handedDown, 'cgroup.subtree_control': 'cpu\n' }]
] as const)('control groups of %s that throttle can', ([, own, files]) => {
  expect(whyNoWriteLimit(groups(own, files))).toBeUndefined()
})

test.for([
  ['no controller of I/O', secondVersion, { ...handedDown, 'cgroup.controllers': 'cpuset cpu memory\n', 'system.slice/io.max': '' }, /no I\/O controller/],
  ['no control groups at all', '', {}, /no I\/O controller/],
  ['a controller of the first version that only counts', firstVersion, { 'blkio/blkio.throttle.io_serviced': '' }, /does not throttle .*write_bps_device is not there/],
  ['a controller of the second version that only counts', secondVersion, { ...handedDown, 'system.slice/io.stat': '' }, /does not throttle .*io\.max/]
] as const)('with %s a container cannot, and the reason is said', ([, own, files, reason]) => {
  expect(whyNoWriteLimit(groups(own, files))).toMatch(reason)
})

test('nothing is looked for here where the containers are elsewhere, or in no groups', () => {
  const here = { local: true, kernel: '6.1.0' }

  expect(whyNoThrottle(factsIn({ KernelVersion: '6.1.0', OperatingSystem: 'Docker Desktop' }, here))).toMatch(/Docker Desktop/)
  expect(whyNoThrottle(factsIn({ KernelVersion: '6.1.0', CgroupDriver: 'none' }, here))).toMatch(/no cgroups/)
})
