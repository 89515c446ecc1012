/** What the benchmarks of clients share: a cluster of three brokers, clients in processes of their own, and the ledger's tail that counts what they do. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectMetadata } from '../harness/clients/admin.ts'
import { dockerProvider } from '../harness/cluster/docker/boot.ts'
import type { ProvidedCluster } from '../harness/cluster/provider.ts'
import { tailLedger, type LedgerTail } from '../harness/ledger/tail.ts'
import { startClock } from '../harness/model/clock.ts'
import { brokers } from '../harness/model/cluster.ts'
import { defaultKafkaVersion } from '../harness/model/commands.ts'
import type { Metadata } from '../harness/model/metadata.ts'
import type { ClientPlan } from '../harness/model/workload.ts'
import { startClient, type RunningClient } from '../harness/run/client-process.ts'
import { untilReady } from '../harness/run/ready.ts'
import { newRunId } from '../harness/run/run-folder.ts'

export type Figures = Readonly<Record<string, unknown>>

export interface Benched {
  readonly run: string
  readonly cluster: ProvidedCluster
  readonly metadata: Metadata
}

export const onBenchedCluster = async (measure: (benched: Benched) => Promise<Figures>): Promise<Figures> => {
  const run = newRunId()
  const { signal } = new AbortController()
  const cluster = await dockerProvider.boot({ run, plan: brokers(3), kafkaVersion: defaultKafkaVersion, told: () => undefined, signal })
  const metadata = connectMetadata(cluster.bootstrap('admin'))
  try {
    await untilReady(cluster, metadata, signal)

    return await measure({ run, cluster, metadata })
  } finally {
    await metadata.close()
    await cluster.remove()
  }
}

export interface Load {
  readonly tail: LedgerTail
  /** Starts a client and its load; all of them are killed in the end. */
  readonly start: (plans: readonly ClientPlan[]) => Promise<readonly RunningClient[]>
}

/** A ledger of its own for one measurement, and clients that write it. */
export const underLoad = async <Measured>(
  { run, cluster }: Benched, driver: string, measure: (load: Load) => Promise<Measured>
): Promise<Measured> => {
  const folder = mkdtempSync(join(tmpdir(), 'ackproof-bench-'))
  const ledger = join(folder, 'ledger')
  const clock = startClock()
  const tail = tailLedger(ledger)
  const running: RunningClient[] = []
  const start = async (plans: readonly ClientPlan[]): Promise<readonly RunningClient[]> => {
    const begun = await Promise.all(plans.map(plan => startClient({
      plan,
      setting: { run, origin: clock.origin, ledger, bootstrap: cluster.bootstrap(plan.kind === 'producer' ? 'producer' : 'consumer') },
      driver,
      logs: join(folder, 'logs'),
      now: clock.now,
      onDied: death => { throw new Error(`${death.client} died: ${death.lastWords.join('\n')}`) },
      onGap: gap => { throw new Error(gap) }
    })))
    running.push(...begun)
    for (const client of begun) client.startLoad()

    return begun
  }
  try {
    return await measure({ tail, start })
  } finally {
    await Promise.all(running.map(client => client.kill()))
    tail.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
