/** What the doctor says of faults: which there are here, by their names, and why not the others; and of what earlier runs left, whatever it is. */
import { expect, test } from 'vitest'
import { currentOwner } from '../../harness/cluster/docker/labels.ts'
import { faultChecks, leftoverChecks } from '../../harness/run/doctor.ts'
import { allAvailable } from '../fake-cluster.ts'
import { placesWith } from './left-behind.ts'

test('where nothing is lacking, all faults are named', () => {
  const [faults, ...others] = faultChecks(allAvailable)

  expect(faults).toMatchObject({ what: 'faults', status: 'ready', told: expect.stringMatching(/cut, .*kill, .*packetLoss, pause/) as string })
  expect(others).toEqual([])
})

test('a fault that this machine cannot do is named with the reason, and not among those that it can', () => {
  const [faults, without, ...others] = faultChecks({ ...allAvailable, 'packet-loss': { available: false, reason: 'only root may do that' } })

  expect(faults?.told).not.toContain('packetLoss')
  expect(faults?.told).toContain('cut')
  expect(without).toMatchObject({ what: 'capability packet-loss', status: 'limited', told: 'only root may do that; so there is no packetLoss' })
  expect(others).toEqual([])
})

test('a capability that several faults need takes them all with it', () => {
  const [faults, without] = faultChecks({ ...allAvailable, links: { available: false, reason: 'there is no Toxiproxy' } })

  expect(without?.told).toBe('there is no Toxiproxy; so there is no bandwidth, cut, dropResponses, latency, packetLoss, reset, stall')
  expect(faults?.told).toBe(faultChecks(allAvailable)[0]?.told.split(', ').filter(name => !without?.told.includes(name)).join(', '))
})

test('what a dead harness left is told whatever it is, and how it goes', async () => {
  expect(await leftoverChecks(placesWith('up').places)).toEqual([
    { what: 'runs under way', status: 'ready', told: 'none' },
    { what: 'leftovers', status: 'limited', told: 'of harnesses that are gone: process (1), working files (1), container (1), disk images (1)', remedy: 'ackproof heal removes them.' }
  ])
})

test('what a living harness uses is no leftover', async () => {
  expect(await leftoverChecks(placesWith('up', [], currentOwner()).places)).toEqual([
    { what: 'runs under way', status: 'ready', told: 'in use by them: process (1), working files (1), container (1), disk images (1)' },
    { what: 'leftovers', status: 'ready', told: 'none' }
  ])
})

test('without an engine nobody is told that all is clean', async () => {
  const nothing = { processes: () => [], files: () => [], disks: () => [] }

  expect((await leftoverChecks(placesWith('down').places))[1]).toMatchObject({ told: 'of harnesses that are gone: process (1), working files (1), disk images (1)' })
  expect((await leftoverChecks({ ...placesWith('down').places, ...nothing }))[1]).toMatchObject({ status: 'limited', told: 'none, as far as can be seen without an engine' })
})
