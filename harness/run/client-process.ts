/**
 * A client of the workload in a process of its own, as the harness and its faults see it: started, loaded, drained, stopped
 * as applications are, killed with SIGKILL, and started again as a new incarnation. An end that nobody asked for is told.
 */
import type { ClientProcess, ClientRole } from '../model/cluster.ts'
import { messageOf } from '../model/errors.ts'
import { clientName, type ClientPlan } from '../model/workload.ts'
import { transactionalIdsOf } from '../workloads/transactional-ids.ts'
import { revokeForTheDead } from './member-end.ts'
import { isHeardOut, isProgram } from './load-client.ts'
import { doubtOpenCommits } from './open-commits.ts'
import { isStopped, ledgerBytesOf, untilStopped } from './process-activity.ts'
import { spawnWorker, type ProcessEnd, type WorkerProcess } from './worker-process.ts'
import type { WorkerSetting } from './worker-protocol.ts'

export interface ClientSetting {
  readonly plan: ClientPlan
  /** With the bootstrap of the client's role. */
  readonly setting: WorkerSetting
  /** `kafkajs`, or the path of a program. */
  readonly driver: string
  readonly logs: string
  /** Microseconds since the run began. */
  readonly now: () => number
  /** The process ended, and nobody had asked it to. */
  readonly onDied: (death: ProcessEnd & { readonly client: string, readonly at: number }) => void
  /** Evidence that should be there could not be written: why, in a sentence. */
  readonly onGap: (text: string) => void
  /** The client did something that counts for nothing, and that a reader must know. */
  readonly onTrouble?: (text: string) => void
  readonly readyWithinMs?: number
  readonly heardOutWithinMs?: number
  /** Another program than `worker.ts`, for tests. */
  readonly entry?: string
}

export interface RunningClient extends ClientProcess {
  readonly plan: ClientPlan
  /** Lets the load flow, now and after each restart. */
  readonly startLoad: () => void
  /** No new sends. True if nothing was in flight any more when it returned. */
  readonly drain: (deadline: { readonly milliseconds: number }) => Promise<boolean>
  /** Leaves as a well-behaved client does; SIGKILL after the deadline. */
  readonly stop: (deadline: { readonly milliseconds: number }) => Promise<ProcessEnd>
}

interface Life {
  readonly process: WorkerProcess
  /** Its end was asked for. */
  asked: boolean
}

interface Client {
  readonly setting: ClientSetting
  readonly name: string
  life: Life
  loaded: boolean
}

const defaultReadyMs = 30_000
/** Far more than full pipes take. */
const defaultHeardOutMs = 10_000
/** More than a member takes to do what it has begun and to say goodbye. */
const leaveMs = 15_000

/** Resolves when the client is connected (a member: has joined). */
export const startClient = async (setting: ClientSetting): Promise<RunningClient> => {
  const name = clientName(setting.plan)
  const client: Client = { setting, name, life: beginLife(setting, name), loaded: false }
  await untilReady(client)
  const role: ClientRole = setting.plan.kind === 'producer' ? 'producer' : 'consumer'

  return {
    name,
    role,
    transactionalIds: transactionalIdsOf(setting.setting.run, setting.plan),
    plan: setting.plan,
    running: () => client.life.process.running(),
    startLoad: () => {
      client.loaded = true
      client.life.process.order({ order: 'start' })
    },
    drain: deadline => drain(client, deadline.milliseconds),
    stop: deadline => stop(client, deadline.milliseconds),
    kill: () => kill(client),
    leave: () => {
      if (!client.life.process.running()) throw new Error(`${name} does not run; it cannot leave.`)

      return stop(client, leaveMs)
    },
    restart: () => restart(client),
    freeze: async () => {
      const { process } = client.life
      if (!process.running()) throw new Error(`${name} does not run; it cannot be frozen.`)

      process.signal('SIGSTOP')
      await untilStopped(process.pid, name)
    },
    thaw: () => { client.life.process.signal('SIGCONT') },
    activity: () => {
      const { pid } = client.life.process

      return { pid, stopped: isStopped(pid), ledgerBytes: ledgerBytesOf(setting.setting.ledger, name) }
    }
  }
}

const beginLife = (client: ClientSetting, name: string): Life => {
  const { plan, setting, driver, logs, now, entry, onTrouble } = client
  const process = spawnWorker({ name, run: setting.run, logs, ownGroup: isProgram(driver), ...onTrouble && { onTrouble }, ...(entry === undefined ? {} : { entry }) })
  const life: Life = { process, asked: false }
  void process.ended.then(end => {
    const at = now()
    if (!life.asked) client.onDied({ ...end, client: name, at })
    if (plan.kind === 'member') recordItsEnd(client, name, at)
  })
  process.order({ order: 'begin', setting, client: plan, driver })

  return life
}

const recordItsEnd = ({ setting, onGap }: ClientSetting, name: string, at: number): void => {
  try {
    revokeForTheDead(setting.ledger, name, at)
    doubtOpenCommits(setting.ledger, name, at)
  } catch (error) {
    onGap(`What ${name} owned and had under way when its process ended could not be put on record: ${messageOf(error)}`)
  }
}

const untilReady = async (client: Client): Promise<void> => {
  const { life, setting, name } = client
  try {
    await life.process.reported('ready', setting.readyWithinMs ?? defaultReadyMs)
  } catch (error) {
    life.asked = true
    await life.process.kill()
    if (isHeardOut(setting.driver)) setting.onGap(`${name} was not ready in time, and what it had said by then was not heard.`)
    throw error
  }
}

const restart = async (client: Client): Promise<void> => {
  if (client.life.process.running()) throw new Error(`${client.name} is still running; it cannot be restarted.`)

  client.life = beginLife(client.setting, client.name)
  await untilReady(client)
  if (client.loaded) client.life.process.order({ order: 'start' })
}

const drain = async ({ life, setting, name }: Client, milliseconds: number): Promise<boolean> => {
  if (setting.plan.kind === 'member' || !life.process.running()) return true

  life.process.order({ order: 'drain' })
  try {
    await life.process.reported('drained', milliseconds)

    return true
  } catch (error) {
    // Late or dead: what it still has in flight is without an outcome, and the history says so.
    if (!(error instanceof Error)) throw new Error(`The drain of ${name} failed.`, { cause: error })

    return false
  }
}

const kill = async ({ life, setting, name }: Client): Promise<ProcessEnd> => {
  life.asked = true
  if (!isHeardOut(setting.driver) || !life.process.running()) return life.process.kill()

  life.process.order({ order: 'kill' })
  const late = new AbortController()
  const timer = setTimeout(() => {
    late.abort()
    void life.process.kill()
  }, setting.heardOutWithinMs ?? defaultHeardOutMs)
  const end = await life.process.ended
  clearTimeout(timer)
  const why = late.signal.aborted ? 'it took too long' : end.lastWords.at(-1) ?? `exit ${end.exitCode}`
  if (late.signal.aborted || end.signal !== 'SIGKILL') setting.onGap(`What ${name} had said when it was killed was not heard to its end: ${why}`)

  return end
}

const stop = async (client: Client, milliseconds: number): Promise<ProcessEnd> => {
  const { life } = client
  life.asked = true
  life.process.order({ order: 'stop' })
  const timer = setTimeout(() => { void kill(client) }, milliseconds)
  const end = await life.process.ended
  clearTimeout(timer)

  return end
}
