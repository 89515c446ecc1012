/** What `heal` does on a real engine with what harnesses left: dead ones, living ones, and such as are on another host. */
import { hostname } from 'node:os'
import { afterAll, expect, test } from 'vitest'
import { dockerCapabilities } from '../../harness/cluster/docker/capabilities.ts'
import { startClientContainer } from '../../harness/cluster/docker/client-container.ts'
import { currentOwner, ownerLabel, runLabel } from '../../harness/cluster/docker/labels.ts'
import { findLeftovers, removeRun, type Leftover } from '../../harness/cluster/docker/leftovers.ts'
import { findLossLeftovers } from '../../harness/cluster/docker/loss-leftovers.ts'
import { packetLossesIn } from '../../harness/cluster/docker/packet-losses.ts'
import { toxiproxyImage } from '../../harness/cluster/docker/images.ts'
import { connectRuntime } from '../../harness/cluster/docker/runtime.ts'
import { defaultKafkaVersion } from '../../harness/model/commands.ts'
import { newRunId } from '../../harness/run/run-folder.ts'
import { sweep } from '../../harness/run/sweep.ts'
import { ackproof } from './command.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const { docker } = await connectRuntime()
const runs: string[] = []
afterAll(async () => { for (const run of runs) await removeRun(docker, run) })

/** A network, a volume, and a container that uses both, as a run of this owner would make them. */
const madeBy = async (owner: string, what = 'thing'): Promise<{ readonly run: string, readonly there: () => Promise<readonly Leftover[]> }> => {
  const run = newRunId()
  runs.push(run)
  const name = `ackproof-${run}-${what}`
  const Labels = { [runLabel]: run, [ownerLabel]: owner }
  await docker.createNetwork({ Name: name, Labels, Internal: true })
  await docker.createVolume({ Name: name, Labels })
  const container = await docker.createContainer({
    name, Labels, Image: toxiproxyImage, HostConfig: { NetworkMode: name, Binds: [`${name}:/data`] }
  })
  await container.start()

  return { run, there: async () => (await findLeftovers(docker)).filter(leftover => leftover.run === run) }
}

const kinds = (things: readonly Leftover[]): readonly string[] => things.map(({ kind }) => kind)
const all = ['container', 'network', 'volume']

test('the command removes what a dead harness left, spares a living one\'s, and names another host\'s', async () => {
  const [dead, living, foreign] = [await madeBy(`${hostname()}/1/0`), await madeBy(currentOwner()), await madeBy('ci-7/1/1')]
  const { exitCode, stdout } = await ackproof(['heal', '--json', '--out', temporaryFolder()])

  expect(exitCode).toBe(0)
  expect(await dead.there()).toEqual([])
  expect(kinds(await living.there())).toEqual(all)
  expect(kinds(await foreign.there())).toEqual(all)
  expect(JSON.parse(String(stdout))).toMatchObject({
    removed: expect.arrayContaining(all.map(kind => `${kind} ackproof-${dead.run}-thing`)) as string[],
    spared: expect.arrayContaining(all.map(kind => `${kind} ackproof-${foreign.run}-thing of host ci-7`)) as string[]
  })
})

test('another host\'s things can be removed, a paused container among them', async () => {
  const foreign = await madeBy('ci-7/1/1')
  await docker.getContainer(`ackproof-${foreign.run}-thing`).pause()
  // Not the command: with --all it would remove what belongs to other people's runs on this engine.
  const { removed, remaining } = await sweep(await foreign.there(), { elsewhere: 'remove', tell: () => undefined })

  expect({ removed, remaining }).toEqual({ removed: all.map(kind => `${kind} ackproof-${foreign.run}-thing`), remaining: [] })
  expect(await foreign.there()).toEqual([])
})

test('a client\'s container that a dead harness left is removed, though somebody still listens to it', async () => {
  const run = newRunId()
  runs.push(run)
  const ended = Promise.withResolvers<string>()
  await startClientContainer({
    run, name: 'c1.1', owner: `${hostname()}/1/0`, kafkaVersion: defaultKafkaVersion, arguments: ['VerifiableConsumer'], environment: { CLIENT_CONFIG: '' }
  }, { output: () => undefined, errors: () => undefined, ended: ended.resolve })
  const { removed } = await sweep((await findLeftovers(docker)).filter(leftover => leftover.run === run), { elsewhere: 'spare', tell: () => undefined })

  expect(removed).toEqual([`container ackproof-${run}-c1.1`])
  expect(await ended.promise).toBe('its container ended')
})

const losesPacketsHere = (await dockerCapabilities())['packet-loss'].available

test.runIf(losesPacketsHere)('packets that a dead harness lets be lost are told, and lost no more; a living one\'s are', async () => {
  const [dead, living] = [await madeBy(`${hostname()}/1/0`, 'toxiproxy'), await madeBy(currentOwner(), 'toxiproxy')]
  const losing = await Promise.all([dead, living].map(async ({ run }) => {
    const loss = await packetLossesIn(docker, `ackproof-${run}-toxiproxy`).begin({ link: 'data:2->1', address: '10.0.0.1', port: 19091 }, { kind: 'packet-loss', percent: 50 })

    return loss.holds
  }))
  const { removed, remaining } = await sweep((await findLossLeftovers(docker)).filter(({ run }) => run === dead.run || run === living.run), { elsewhere: 'spare', tell: () => undefined })

  expect({ removed, remaining }).toEqual({ removed: [`packet loss in ackproof-${dead.run}-toxiproxy`], remaining: [] })
  expect(await losing[0]?.()).toMatchObject({ own: false })
  expect(await losing[1]?.()).toMatchObject({ own: true, packets: { seen: 0, lost: 0 } })
})

test.runIf(losesPacketsHere)('packets are lost no more when their container is gone, though nobody removes the rules', async () => {
  const dead = await madeBy(`${hostname()}/1/0`, 'toxiproxy')
  await packetLossesIn(docker, `ackproof-${dead.run}-toxiproxy`).begin({ link: 'data:2->1', address: '10.0.0.1', port: 19091 }, { kind: 'packet-loss', percent: 50 })
  const before = await findLossLeftovers(docker)
  await removeRun(docker, dead.run)

  expect(before.map(({ run }) => run)).toContain(dead.run)
  expect((await findLossLeftovers(docker)).map(({ run }) => run)).not.toContain(dead.run)
})
