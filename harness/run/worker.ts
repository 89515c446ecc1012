/**
 * The entry of a child process: one client of a workload, or the auditor. It takes its orders over IPC, joins driver,
 * workload and ledger, and ends by itself at once when the channel closes, since then the harness is gone and nobody
 * would ever stop it.
 */
import type { Driver } from '../clients/driver.ts'
import { clockFrom, type Clock } from '../model/clock.ts'
import type { EffectStore } from '../model/effect.ts'
import type { MemberPlan, ProducerPlan } from '../model/workload.ts'
import { openDeadLetters, type DeadLetters } from '../workloads/dead-letters.ts'
import { isTransforming } from '../workloads/output-writer.ts'
import { openGroupReader } from '../workloads/read-group.ts'
import { openToldReader } from '../workloads/read-told.ts'
import { openCountedWriter } from '../workloads/write-counted.ts'
import { openNumberedWriter } from '../workloads/write-numbered.ts'
import { isTransactional, openTransactionalWriter, transactionalIdOf } from '../workloads/write-transactions.ts'
import { isUnguarded, openUnguardedWriter } from '../workloads/write-unguarded.ts'
import { loadClient } from './load-client.ts'
import { recordMember } from './member-recorder.ts'
import { recordProducer } from './producer-recorder.ts'
import { placeOf } from './store-files.ts'
import { isOrder, type Order, type Report } from './worker-protocol.ts'

/** A client at work, whichever kind it is. */
interface Worker {
  readonly start: () => void
  readonly drain: () => Promise<void>
  readonly stop: () => Promise<void>
  /** Of a client that is another process. */
  readonly kill?: () => Promise<void>
}

type Begin = Extract<Order, { order: 'begin' }>

const firstOrderWithinMs = 10_000

const tellTrouble = (text: string): void => { void report({ report: 'trouble', text }) }

const begin = async ({ setting, client, driver: name }: Begin): Promise<Worker> => {
  const clock = clockFrom(setting.origin)
  const driver = await loadClient(name, { trouble: tellTrouble, failed: why => { void fail(new Error(why)) } }, setting)
  const { run, bootstrap, ledger: folder } = setting

  if (client.kind === 'member') {
    const recorder = recordMember({ folder, run, plan: client, now: clock.now })
    const onTrouble = (error: string): void => { process.stderr.write(`${clock.now()} ${error}\n`) }
    if (isTransforming(client)) {
      const { transform: { to } } = client
      // Loaded on demand, as it brings a second Kafka library with it: a producer starts the sooner.
      const { openTransformer } = await import('../workloads/transform-records.ts')
      const openIncarnation = outputIncarnations({ folder, run, topic: to.name, now: clock.now, client: `${driver.name} ${driver.version}` })
      const transformer = await openTransformer({ plan: client, run, driver, bootstrap, now: clock.now, recorder, onTrouble, openIncarnation })

      return { stop: transformer.close, start: () => undefined, drain: async () => undefined }
    }
    const { openTelling } = driver
    if (openTelling !== undefined) {
      const told = await openToldReader({ plan: client, run, openTelling, bootstrap, now: clock.now, recorder })

      return { stop: told.close, kill: told.kill, start: () => undefined, drain: async () => undefined }
    }
    const store = await openStore(setting, client, clock)
    const deadLetters = await openDeadLetterProducer({ setting, client, clock, driver })
    const reader = await openGroupReader({
      plan: client, run, driver, bootstrap, now: clock.now, recorder, onTrouble, ...store === undefined ? {} : { store }, ...deadLetters === undefined ? {} : { deadLetters }
    })

    const stop = async (): Promise<void> => {
      await reader.close()
      await deadLetters?.close()
      await store?.close()
    }

    return { stop, start: () => undefined, drain: async () => undefined }
  }
  const openIncarnation = () => recordProducer(producerRecorderSetting({ setting, client, clock, driver: `${driver.name} ${driver.version}` }))
  const { openCounting } = driver
  if (openCounting !== undefined) {
    const counted = await openCountedWriter({ plan: client, run, openCounting, bootstrap, now: clock.now, recorder: openIncarnation(), trouble: tellTrouble })

    return { start: counted.start, drain: counted.stopSending, stop: async () => { await counted.stopSending(); await counted.close() }, kill: counted.kill }
  }
  const openWriter = isTransactional(client) ? openTransactionalWriter : isUnguarded(client) ? openUnguardedWriter : openNumberedWriter
  const writer = await openWriter({ plan: client, run, driver, bootstrap, now: clock.now, openIncarnation, onRemark: tellTrouble })

  return { start: writer.start, drain: writer.stopSending, stop: async () => { await writer.stopSending(); await writer.close() } }
}

const outputIncarnations = ({ client, ...where }: { readonly folder: string, readonly run: string, readonly topic: string, readonly now: () => number, readonly client: string }) =>
  (producer: number, transactionalId: string | undefined) => recordProducer({
    ...where, producer, contract: { acks: 'all', idempotent: true, maxInFlight: 1, client, ...transactionalId === undefined ? {} : { transactionalId } },
    ...transactionalId === undefined ? {} : { contested: true }
  })

/** Loaded on demand: most members have no store, and Node warns of its SQLite. */
const openStore = async (setting: Begin['setting'], { effect, group, number }: MemberPlan, { now }: Clock): Promise<EffectStore | undefined> => {
  if (effect === undefined) return undefined
  const place = placeOf(setting, { group, store: effect.store ?? 'sqlite' })
  if (place === undefined) throw new Error(`The store of the group ${group} is nowhere: ${effect.store ?? 'sqlite'} was not provided.`)
  const { openEffectStore } = await import('../effects/store.ts')

  return openEffectStore({ place, owner: `c${number}`, plan: effect, now })
}

const openDeadLetterProducer = async ({ setting, client: { onPoison, number }, clock, driver }: {
  readonly setting: Begin['setting'], readonly client: MemberPlan, readonly clock: Clock, readonly driver: Driver
}): Promise<DeadLetters | undefined> => {
  if (onPoison?.kind !== 'dead-letter') return undefined
  const { run, bootstrap, ledger: folder } = setting
  const { topic, producer } = onPoison
  const contract = { acks: 'all', idempotent: true, maxInFlight: 1, client: `${driver.name} ${driver.version}` } as const

  return openDeadLetters({
    topic, run, driver, bootstrap, clientId: `c${number}-dead-letters`, now: clock.now,
    openIncarnation: () => recordProducer({ folder, run, producer, topic: topic.name, now: clock.now, contract })
  })
}

const producerRecorderSetting = ({ setting, client, clock, driver }: {
  readonly setting: Begin['setting'], readonly client: ProducerPlan, readonly clock: Clock, readonly driver: string
}) => ({
  folder: setting.ledger,
  run: setting.run,
  producer: client.number,
  topic: client.topic.name,
  now: clock.now,
  contract: {
    acks: client.acks, idempotent: client.idempotent, maxInFlight: client.maxInFlight, client: driver,
    ...isTransactional(client) ? { transactionalId: transactionalIdOf(setting.run, client) } : {}
  }
})

/** Resolves when the message has left this process; a closed channel ends the process elsewhere. */
const report = (message: Report): Promise<void> => new Promise(resolve => {
  if (process.connected && process.send !== undefined) process.send(message, () => { resolve() })
  else resolve()
})

let worker: Worker | undefined

const obey = async (order: Order): Promise<void> => {
  switch (order.order) {
    case 'begin':
      worker = await begin(order)

      return report({ report: 'ready' })
    case 'audit':
      // Loaded on demand, as it brings a second Kafka library with it: a producer starts the sooner.
      return report(await (await import('./audit-recorder.ts')).auditInto(order.setting, order.audit))
    case 'start':
      worker?.start()

      return
    case 'drain':
      await worker?.drain()

      return report({ report: 'drained' })
    case 'kill':
      // What it begins may have read and committed by now, and nobody has heard it yet.
      if (worker === undefined) return fail(new Error('It was killed while it began.'))
      await worker.kill?.()
      process.kill(process.pid, 'SIGKILL')

      return
    case 'stop':
      await worker?.stop()
      await report({ report: 'stopped' })
      process.exit(0)
  }
}

const fail = async (error: unknown): Promise<never> => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  await report({ report: 'failed', error: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}

// The terminal's Ctrl-C reaches the whole group of processes; the harness decides what becomes of its clients.
process.on('SIGINT', () => undefined)
process.on('uncaughtException', error => { void fail(error) })
process.on('unhandledRejection', error => { void fail(error) })
process.on('disconnect', () => { process.exit(2) })

const impatience = setTimeout(() => { void fail(new Error(`Waited ${firstOrderWithinMs} ms for the first order.`)) }, firstOrderWithinMs)
process.on('message', message => {
  clearTimeout(impatience)
  if (isOrder(message)) obey(message).catch(fail)
})

// The harness may have died while the modules above were loaded: then nobody heard the channel close.
if (!process.connected) process.exit(2)
