/**
 * The load of a run: every client in a process of its own, the ledger's tail that counts what they do, and the once-a-second
 * figures. A client that ends unasked is an incident and a gap: the workload that was claimed did not run in full. So is one
 * that does not end well when it is stopped: what it had not put on record yet is gone.
 */
import { tailLedger, type LedgerTail } from '../ledger/tail.ts'
import type { ProvidedCluster } from '../cluster/provider.ts'
import { InfrastructureError, messageOf } from '../model/errors.ts'
import { clientName } from '../model/workload.ts'
import type { LoadFigures, Reporter } from '../model/reporter.ts'
import { startClient, type ClientSetting, type RunningClient } from './client-process.ts'
import { momentOf, toldFolder, type RunContext } from './run-context.ts'
import type { ProcessEnd } from './worker-process.ts'

export interface Load {
  readonly clients: readonly RunningClient[]
  readonly tail: LedgerTail
  readonly figures: () => LoadFigures
  /** Calls back whenever the tail has counted what is new. */
  readonly onCounted: (look: () => void) => void
  /** Stops all clients, the well-behaved way where they can, and the counting. */
  readonly stop: () => Promise<void>
}

const figuresEveryMs = 1000

/** Where the clients' processes come from; another program than `worker.ts` in tests. */
type Programs = Pick<ClientSetting, 'entry' | 'readyWithinMs'>

export const startLoad = async (context: RunContext, cluster: Pick<ProvidedCluster, 'bootstrap' | 'services'>, reporter: Reporter, programs: Programs = {}): Promise<Load> => {
  // All of them are waited for, so that none becomes ready when nobody looks after it any more.
  const begun = await Promise.allSettled(context.clients.map(plan => startClient({
    ...programs,
    plan,
    setting: {
      run: context.id, origin: context.clock.origin, ledger: context.folder.ledger, stores: context.folder.stores, services: cluster.services,
      bootstrap: cluster.bootstrap(plan.kind === 'producer' ? 'producer' : 'consumer'), kafkaVersion: context.options.kafkaVersion
    },
    driver: context.driver.name,
    logs: context.folder.logs,
    now: context.clock.now,
    onDied: death => { noteDeath(context, reporter, death) },
    onGap: text => { context.gaps.push(text) },
    onTrouble: text => { noteTrouble(context, reporter, `${clientName(plan)}: ${text}`) }
  })))
  const started = begun.filter(result => result.status === 'fulfilled').map(({ value }) => value)
  if (started.length < begun.length) {
    await Promise.all(started.map(client => client.kill()))
    throw notReady(context, begun)
  }
  for (const client of started) client.startLoad()

  return countLoad(context, started, reporter)
}

const notReady = (context: RunContext, begun: readonly PromiseSettledResult<unknown>[]): InfrastructureError => {
  const failures = begun.flatMap((result, index) => result.status === 'rejected' ? [{ plan: context.clients[index], reason: result.reason as unknown }] : [])
  const names = failures.map(({ plan }) => plan === undefined ? '?' : clientName(plan))

  return new InfrastructureError({
    happened: `${failures.length} of ${begun.length} clients did not become ready: ${messageOf(failures[0]?.reason)}`,
    where: names.join(', '),
    next: `Look at their logs in ${toldFolder(context)}.`,
    cause: failures[0]?.reason
  })
}

const countLoad = (context: RunContext, clients: readonly RunningClient[], reporter: Reporter): Load => {
  const tail = tailLedger(context.folder.ledger)
  const looks: (() => void)[] = []
  let figures = noFigures
  let before = { at: context.clock.now(), acknowledged: 0, delivered: 0 }
  const count = (): void => {
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
    for (const look of looks) look()
  }
  const timer = setInterval(() => {
    try {
      count()
    } catch (error) {
      // Thrown out of a timer it would end the harness, and leave a cluster behind.
      clearInterval(timer)
      context.gaps.push(`The load could not be counted any further: ${messageOf(error)}`)
    }
  }, figuresEveryMs)

  return {
    clients,
    tail,
    figures: () => figures,
    onCounted: look => { looks.push(look) },
    stop: async () => {
      clearInterval(timer)
      // A client that does not run any more was killed by a fault, or its death has been told.
      await Promise.all(clients.filter(client => client.running()).map(async client => { noteEnd(context, client.name, await client.stop(stopDeadline)) }))
      tail.close()
    }
  }
}

const noFigures: LoadFigures = { sent: 0, acknowledged: 0, rejected: 0, indeterminate: 0, delivered: 0, acknowledgedPerSecond: 0, deliveredPerSecond: 0 }
/** More than a member takes to do what it has committed and to leave. */
const stopDeadline = { milliseconds: 15_000 }

const noteEnd = (context: RunContext, client: string, { exitCode, signal, lastWords }: ProcessEnd): void => {
  if (exitCode === 0) return

  context.gaps.push(`${client} did not end well when it was stopped (${signal ?? `exit ${exitCode}`}), and may have left something off the record${lastWords.length > 0 ? `: ${lastWords.at(-1)}` : '.'}`)
}

interface Death {
  readonly client: string
  readonly at: number
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  readonly lastWords: readonly string[]
}

const noteTrouble = (context: RunContext, reporter: Reporter, text: string): void => {
  context.incidents.push(text)
  reporter.happened?.({ at: momentOf(context, context.clock.now()), text, tone: 'trouble' })
}

const noteDeath = (context: RunContext, reporter: Reporter, { client, at, exitCode, signal, lastWords }: Death): void => {
  const text = `${client} ended by itself (${signal ?? `exit ${exitCode}`})${lastWords.length > 0 ? `: ${lastWords.at(-1)}` : ''}`
  context.incidents.push(text)
  context.gaps.push(`The workload did not run in full: ${text}.`)
  reporter.happened?.({ at: momentOf(context, at), text, tone: 'trouble' })
}
