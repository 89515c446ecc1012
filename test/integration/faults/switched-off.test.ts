/** Every fault in one run in which none of them does anything: each must be told as not having bitten, and the run be vacuous. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dockerCapabilities } from '../../../harness/cluster/docker/capabilities.ts'
import { allFaults } from '../../../harness/faults/all-faults.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { ackproof, leftBehind, reportIn, root } from '../command.ts'
import { switchedOffFaults } from '../../calibration/every-fault-switched-off.ts'

const { disks, throttle, 'packet-loss': packetLoss } = await dockerCapabilities()

test('every fault is among them', () => {
  expect(switchedOffFaults).toEqual(allFaults.map(({ name }) => name))
})

test.runIf(disks.available && throttle.available && packetLoss.available)('no fault that is switched off counts as one, and their run is vacuous', async () => {
  const { exitCode, stdout } = await ackproof(['run', join(root, 'test/calibration/every-fault-switched-off.ts'), '--seed', 'switched-off', '--out', temporaryFolder(), '--json'])
  const { verdict, faults, reasons } = reportIn(stdout)

  expect([verdict, exitCode]).toEqual(['vacuous', 4])
  expect(faults.filter(({ bit }) => bit).map(({ fault }) => fault)).toEqual(['stop the leader of orders', 'stop the leader of sole'])
  expect(faults.length).toBe(allFaults.length + 2)
  expect(faults.filter(({ bit }) => !bit).filter(({ fault }) => !reasons.some(reason => reason.includes(`"${fault}" did not provably bite`)))).toEqual([])
  expect(faults.filter(({ injectedAt }) => injectedAt === undefined)).toEqual([])
  expect(await leftBehind()).toEqual([])
})
