/**
 * All drivers, by the name under which a run asks for them. Each is loaded when it is wanted, so that a run needs only the
 * library that it tests, and one that is not installed is missed by nobody else.
 */
import { UsageError } from '../model/errors.ts'
import { printable } from '../model/printable.ts'
import type { Driver } from './driver.ts'

export interface ShelvedDriver {
  readonly load: () => Promise<Driver>
  /** The package that it stands on, where that is optional. */
  readonly optional?: string
}

export type Shelf = Readonly<Record<string, ShelvedDriver>>

const shelf: Shelf = {
  kafkajs: { load: async () => (await import('./kafkajs/index.ts')).kafkajs },
  platformatic: { load: async () => (await import('./platformatic/index.ts')).platformatic },
  confluent: { optional: '@confluentinc/kafka-javascript', load: async () => (await import('./confluent/index.ts')).loadConfluent() }
}

export const driverNames: readonly string[] = Object.keys(shelf)

/** Kafka's own, of which each process starts a container: `run/` puts that driver together. */
export const javaClient = 'java'

/** A driver that Ackproof has, but whose library is not on this machine. */
export class NotInstalled extends UsageError {}

/** Throws a UsageError where there is no such driver, and NotInstalled where its library is missing. */
export const loadDriver = async (name: string, from: Shelf = shelf): Promise<Driver> => {
  const shelved = Object.hasOwn(from, name) ? from[name] : undefined
  if (shelved === undefined) throw new UsageError({ happened: `There is no client named '${printable(name)}'.`, next: `Choose from ${Object.keys(from).join(', ')}.` })

  try {
    return await shelved.load()
  } catch (error) {
    if (shelved.optional === undefined || !isMissing(error, shelved.optional)) throw error
    throw new NotInstalled({
      happened: `The client ${name} is not installed.`, next: `Install it where Ackproof runs: npm install ${shelved.optional}`, cause: error
    })
  }
}

/** Whether this very package is missing, and not one that it needs itself. */
const isMissing = (error: unknown, wanted: string): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(`'${wanted}'`)
