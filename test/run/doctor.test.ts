/** What the doctor says of faults: which there are here, by their names, and why not the others. */
import { expect, test } from 'vitest'
import { faultChecks } from '../../harness/run/doctor.ts'
import { allAvailable } from '../fake-cluster.ts'

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
