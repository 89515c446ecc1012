/** An experiment that the machine cannot do is skipped before anything is started for it, with the reason, and never counts as shown. */
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Provider } from '../../harness/cluster/provider.ts'
import { upsert } from '../../harness/effects/index.ts'
import { packetLoss, slowDisk } from '../../harness/faults/index.ts'
import { brokers, type Capabilities } from '../../harness/model/cluster.ts'
import type { NamedExperiment, RunOptions } from '../../harness/model/commands.ts'
import { seconds } from '../../harness/model/duration.ts'
import { InfrastructureError } from '../../harness/model/errors.ts'
import type { EffectPlan } from '../../harness/model/effect.ts'
import { experiment } from '../../harness/model/experiment.ts'
import type { SkippedRun } from '../../harness/model/report.ts'
import { topic } from '../../harness/model/topic.ts'
import { followerLinksOf, leaderOf, once } from '../../harness/nemesis/index.ts'
import { runExperimentOn } from '../../harness/run/run-experiment.ts'
import { groupReads } from '../../harness/workloads/group-reads.ts'
import { numberedWrites } from '../../harness/workloads/numbered-writes.ts'
import { allAvailable } from '../fake-cluster.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const orders = topic('orders')
const lossy: NamedExperiment = {
  name: 'lossy', file: '/lossy.ts', hash: '',
  experiment: experiment({
    claim: 'Lost packets cost no record.', cluster: brokers(3), workload: numberedWrites({ to: orders, acks: 'all', producers: 1, recordsPerSecond: 100 }),
    nemesis: once(seconds(1), packetLoss(followerLinksOf(orders), { percent: 5 }), { lasting: seconds(1) }), duration: seconds(3), checkers: []
  })
}

/** A provider that would boot nothing. */
const providerWith = (capabilities: () => Promise<Capabilities>, whyNoServices: Provider['whyNoServices'] = () => Promise.resolve([])): Provider => ({
  capabilities,
  whyNoServices,
  boot: () => Promise.reject(new InfrastructureError({ happened: 'It was booted.' }))
})

const options = (out: string, { signal }: AbortController = new AbortController()): RunOptions => ({ seed: '1', kafkaVersion: '4.3.0', out, brokerConfig: {}, topicConfig: {}, signal })
const without = (reason: string): Provider => providerWith(() => Promise.resolve({ ...allAvailable, 'packet-loss': { available: false, reason } }))
const effects = (effect: EffectPlan): NamedExperiment => ({
  ...lossy, experiment: { ...lossy.experiment, workload: [...lossy.experiment.workload, groupReads({ from: orders, group: 'billing', members: 2, commits: 'after-work', effect })] }
})

describe('an experiment of which a fault cannot be done here', () => {
  test('is skipped with the reason, told, and leaves neither a cluster nor a folder', async () => {
    const told: SkippedRun[] = []
    const out = temporaryFolder()
    const outcome = await runExperimentOn(without('only root may do that'))(lossy, options(out), { runSkipped: skipped => { told.push(skipped) } })

    expect(outcome).toEqual({ experiment: 'lossy', claim: 'Lost packets cost no record.', client: 'kafkajs', reason: 'this machine cannot do it (packet-loss: only root may do that)' })
    expect(told).toEqual([outcome])
    expect(readdirSync(out)).toEqual([])
  })

  test('for want of a controller that throttles is skipped, though there are disks', async () => {
    const slow = experiment({
      ...lossy.experiment, cluster: brokers(3, { disks: { megabytes: 256 } }),
      nemesis: once(seconds(1), slowDisk(leaderOf(orders), { kilobytesPerSecond: 100 }), { lasting: seconds(1) })
    })
    const provider = providerWith(() => Promise.resolve({ ...allAvailable, throttle: { available: false, reason: 'no io.max' } }))

    expect(await runExperimentOn(provider)({ ...lossy, experiment: slow }, options(temporaryFolder()), {})).toMatchObject({ reason: 'this machine cannot do it (throttle: no io.max)' })
  })

  test('is run where it can be done', async () => {
    await expect(runExperimentOn(providerWith(() => Promise.resolve(allAvailable)))(lossy, options(temporaryFolder()), {})).rejects.toThrow('It was booted.')
  })

  test('is run where what is lacking is not what it needs', async () => {
    const provider = providerWith(() => Promise.resolve({ ...allAvailable, disks: { available: false, reason: 'there are no loop devices' } }))

    await expect(runExperimentOn(provider)(lossy, options(temporaryFolder()), {})).rejects.toThrow('It was booted.')
  })

  test('is skipped where its cluster asks for disks that cannot be made, whatever its faults need', async () => {
    const provider = providerWith(() => Promise.resolve({ ...allAvailable, disks: { available: false, reason: 'there are no loop devices' } }))
    const onDisks = { ...lossy, experiment: { ...lossy.experiment, cluster: brokers(3, { disks: { megabytes: 256 } }) } }

    expect(await runExperimentOn(provider)(onDisks, options(temporaryFolder()), {})).toMatchObject({ reason: 'this machine cannot do it (disks: there are no loop devices)' })
  })

  test('is not skipped where nobody can tell what can be done: that is a failure', async () => {
    const provider = providerWith(() => Promise.reject(new InfrastructureError({ happened: 'No Docker engine answers.' })))

    await expect(runExperimentOn(provider)(lossy, options(temporaryFolder()), {})).rejects.toThrow('No Docker engine answers.')
  })

  test('is skipped where a server that its effects are on cannot be started, and only such servers are asked for', async () => {
    const asked: string[] = []
    const provider = providerWith(() => Promise.resolve(allAvailable), services => {
      asked.push(...services)

      return Promise.resolve(services.map(service => `${service}: no registry answers`))
    })

    expect(await runExperimentOn(provider)(effects(upsert({ store: 'redis' })), options(temporaryFolder()), {})).toMatchObject({
      reason: 'this machine cannot do it (redis: no registry answers)'
    })
    await expect(runExperimentOn(provider)(effects(upsert()), options(temporaryFolder()), {})).rejects.toThrow('It was booted.')
    expect(asked).toEqual(['redis'])
  })

  test.each([
    ['answers because it was interrupted, too', (interrupt: () => void) => {
      interrupt()

      return Promise.resolve(['redis: the image could neither be pulled nor built'])
    }],
    ['goes on all the same', (interrupt: () => void) => {
      interrupt()

      return new Promise<readonly string[]>(() => undefined)
    }]
  ])('is interrupted, not skipped, where that is asked for while a server is made ready, and the making %s', async (_, making) => {
    const controller = new AbortController()
    const told: SkippedRun[] = []
    const out = temporaryFolder()
    let heard: AbortSignal | undefined
    const provider = providerWith(() => Promise.resolve(allAvailable), (_services, signal) => {
      heard = signal

      return making(() => { controller.abort(new Error('The run was interrupted.')) })
    })
    const run = runExperimentOn(provider)(effects(upsert({ store: 'redis' })), options(out, controller), { runSkipped: skipped => { told.push(skipped) } })

    await expect(run).rejects.toThrow('The run was interrupted.')
    expect(heard?.aborted).toBe(true)
    expect(told).toEqual([])
    expect(readdirSync(out)).toEqual([])
  })
})
