/**
 * What more partitions cost: a curve over 3, 30, 300 and 1,000 of them on three brokers. Of each: how long the cluster takes to elect other
 * leaders for those of a broker that is killed, how long a group of two members takes from its start to share them out, and to give the survivor those
 * of a member that is killed, and what a broker holds (memory and open files of its process, where it runs on this machine).
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { connectMetadata } from '../harness/clients/admin.ts'
import { dockerProvider } from '../harness/cluster/docker/boot.ts'
import type { ProvidedCluster } from '../harness/cluster/provider.ts'
import { startClock } from '../harness/model/clock.ts'
import { brokers } from '../harness/model/cluster.ts'
import { defaultKafkaVersion } from '../harness/model/commands.ts'
import type { Metadata } from '../harness/model/metadata.ts'
import { topic, type TopicPlan } from '../harness/model/topic.ts'
import { startClient, type RunningClient } from '../harness/run/client-process.ts'
import { untilReady } from '../harness/run/ready.ts'
import { newRunId } from '../harness/run/run-folder.ts'
import { untilNothingIsMissing } from '../harness/run/waiting.ts'
import { groupReads } from '../harness/workloads/group-reads.ts'

type Figures = Readonly<Record<string, unknown>>

const counts = [3, 30, 300, 1000]
const deadlineMs = 120_000

export const measurePartitions = async (): Promise<Figures> => {
  const curve: Figures[] = []
  for (const partitions of counts) curve.push({ partitions, ...await measureOne(topic('curve', { partitions })) })

  return { replicas: 3, members: 2, protocol: 'classic', heapMb: 512, curve }
}

const measureOne = async (plan: TopicPlan): Promise<Figures> => {
  const run = newRunId()
  const { signal } = new AbortController()
  const cluster = await dockerProvider.boot({ run, plan: brokers(3, { heapMb: 512 }), kafkaVersion: defaultKafkaVersion, told: () => undefined, signal })
  const metadata = connectMetadata(cluster.bootstrap('admin'))
  const folder = mkdtempSync(join(tmpdir(), 'ackproof-bench-'))
  try {
    await untilReady(cluster, metadata, signal)
    const creationMs = await timed(() => metadata.createTopic(plan))
    const group = await measureGroup({ run, cluster, folder, plan })
    // Not at once: a broker makes a partition's files some time after the metadata say that it has it.
    const holding = await whatBrokersHold(run)

    return { creationMs, ...group, ...holding, ...await measureElection(cluster, metadata, plan) }
  } finally {
    await metadata.close()
    await cluster.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await act()

  return Math.round(performance.now() - start)
}

const until = (what: string, missing: () => Promise<string | undefined>): Promise<void> =>
  untilNothingIsMissing(missing, { what, deadlineMs, everyMs: 20, signal: new AbortController().signal })

/** A broker that is not the active controller, so that what is measured is the election of leaders alone. */
const measureElection = async (cluster: ProvidedCluster, metadata: Metadata, plan: TopicPlan): Promise<Figures> => {
  const controller = await metadata.controller()
  const victim = cluster.nodes.find(({ id }) => id !== controller)
  if (victim === undefined) throw new Error('There is no broker beside the active controller.')
  const led = (await metadata.partitions([plan.name])).filter(({ leader }) => leader === victim.id).length
  await victim.kill()
  const electionMs = await timed(() => until('other leaders', async () => {
    const waiting = (await metadata.partitions([plan.name])).filter(({ leader }) => leader === undefined || leader === victim.id).length

    return waiting === 0 ? undefined : `leaders of ${waiting} partitions`
  }))

  return { ledByTheKilled: led, electionMs }
}

interface GroupSetting {
  readonly run: string
  readonly cluster: ProvidedCluster
  readonly folder: string
  readonly plan: TopicPlan
}

const measureGroup = async ({ run, cluster, folder, plan }: GroupSetting): Promise<Figures> => {
  const clock = startClock()
  const ledger = join(folder, 'ledger')
  const start = (member: ReturnType<typeof groupReads>['clients'][number]): Promise<RunningClient> => startClient({
    plan: member,
    setting: { run, origin: clock.origin, ledger, bootstrap: cluster.bootstrap('consumer') },
    driver: 'kafkajs',
    logs: join(folder, 'logs'),
    now: clock.now,
    onDied: () => undefined,
    onGap: gap => { throw new Error(gap) }
  })
  const begun = performance.now()
  const members = await Promise.all(groupReads({ from: plan, group: 'readers', members: 2, commits: 'after-work' }).clients.map(start))
  try {
    const all = (held: (all: readonly number[]) => boolean) => until('partitions to be shared out', () => {
      const now = heldIn(ledger)

      return Promise.resolve(held(now) ? undefined : `${plan.partitions} partitions; the members have ${now.join(' and ')}`)
    })
    const share = Math.floor(plan.partitions / 2)
    await all(held => held.length === 2 && held.reduce((sum, one) => sum + one, 0) === plan.partitions && held.every(one => one >= share))
    const sharedOutMs = Math.round(performance.now() - begun)
    await members[0]?.kill()
    const takenOverMs = await timed(() => all(held => held.includes(plan.partitions)))

    return { sharedOutMs, takenOverMs }
  } finally {
    await Promise.all(members.map(member => member.kill()))
  }
}

/** By member: how many partitions it holds, from what it wrote down itself. */
const heldIn = (ledger: string): readonly number[] => readdirSync(ledger).filter(name => /^c\d+.*\.ndjson$/.test(name)).map(name => {
  const held = new Set<string>()
  // A last line may be unfinished.
  for (const [, event, partition] of readFileSync(join(ledger, name), 'utf8').matchAll(/"event":"(assigned|revoked)".*?"partition":(\d+).*\}\n/g)) {
    if (event === 'assigned') held.add(partition ?? '')
    else held.delete(partition ?? '')
  }

  return held.size
})

/** Of the broker that has most. Nothing, where containers do not run on this machine. */
const whatBrokersHold = async (run: string): Promise<Figures> => {
  const { stdout } = await execa('docker', ['inspect', '--format', '{{.State.Pid}}', ...[1, 2, 3].map(node => `ackproof-${run}-node-${node}`)])
  try {
    const processes = stdout.split('\n').map(id => ({
      memoryMb: Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]) / 1024), openFiles: readdirSync(`/proc/${id}/fd`).length
    }))

    return { brokerMemoryMb: Math.max(...processes.map(({ memoryMb }) => memoryMb)), brokerOpenFiles: Math.max(...processes.map(({ openFiles }) => openFiles)) }
  } catch {
    // The engine is elsewhere, or not ours to look into.
    return {}
  }
}
