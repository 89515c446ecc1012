/**
 * The load of a run: every client in a process of its own, the ledger's tail that counts what they do, and the once-a-second
 * figures. A client that ends unasked is an incident and a gap: the workload that was claimed did not run in full.
 */
import { tailLedger, type LedgerTail } from '../ledger/tail.ts'
import type { ProvidedCluster } from '../cluster/provider.ts'
import type { LoadFigures, Reporter } from '../model/reporter.ts'
import { startClient, type RunningClient } from './client-process.ts'
import { momentOf, type RunContext } from './run-context.ts'

export interface Load {
  readonly clients: readonly RunningClient[]
  readonly tail: LedgerTail
  readonly figures: () => LoadFigures
  /** Stops all clients, the well-behaved way where they can, and the counting. */
  readonly stop: () => Promise<void>
}

const driver = 'kafkajs'
const figuresEveryMs = 1000

export const startLoad = async (context: RunContext, cluster: ProvidedCluster, reporter: Reporter): Promise<Load> => {
  const started: RunningClient[] = []
  try {
    await Promise.all(context.clients.map(async plan => {
      const role = plan.kind === 'producer' ? 'producer' : 'consumer'
      started.push(await startClient({
        plan,
        setting: { run: context.id, origin: context.clock.origin, ledger: context.folder.ledger, bootstrap: cluster.bootstrap(role) },
        driver,
        logs: context.folder.logs,
        now: context.clock.now,
        onDied: death => { noteDeath(context, reporter, death) }
      }))
    }))
  } catch (error) {
    await Promise.all(started.map(client => client.kill()))
    throw error
  }
  for (const client of started) client.startLoad()

  return countLoad(context, started, reporter)
}

const countLoad = (context: RunContext, clients: readonly RunningClient[], reporter: Reporter): Load => {
  const tail = tailLedger(context.folder.ledger)
  let figures = noFigures
  let before = { at: context.clock.now(), acknowledged: 0, delivered: 0 }
  const timer = setInterval(() => {
    tail.poll()
    const { sent, acknowledged, rejected, indeterminate, delivered } = tail.total()
    const at = context.clock.now()
    const seconds = (at - before.at) / 1e6
    figures = {
      sent, acknowledged, rejected, indeterminate, delivered,
      acknowledgedPerSecond: (acknowledged - before.acknowledged) / seconds,
      deliveredPerSecond: (delivered - before.delivered) / seconds
    }
    before = { at, acknowledged, delivered }
    reporter.load?.(figures)
  }, figuresEveryMs)

  return {
    clients,
    tail,
    figures: () => figures,
    stop: async () => {
      clearInterval(timer)
      await Promise.all(clients.filter(client => client.running()).map(client => client.stop(stopDeadline)))
      tail.close()
    }
  }
}

const noFigures: LoadFigures = { sent: 0, acknowledged: 0, rejected: 0, indeterminate: 0, delivered: 0, acknowledgedPerSecond: 0, deliveredPerSecond: 0 }
const stopDeadline = { milliseconds: 10_000 }

interface Death {
  readonly client: string
  readonly at: number
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  readonly lastWords: readonly string[]
}

const noteDeath = (context: RunContext, reporter: Reporter, { client, at, exitCode, signal, lastWords }: Death): void => {
  const text = `${client} ended by itself (${signal ?? `exit ${exitCode}`})${lastWords.length > 0 ? `: ${lastWords.at(-1)}` : ''}`
  context.incidents.push(text)
  context.gaps.push(`The workload did not run in full: ${text}.`)
  reporter.happened?.({ at: momentOf(context, at), text, tone: 'trouble' })
}
