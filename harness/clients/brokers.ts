/**
 * Connections to brokers for questions that must never hang: each question has a deadline, a broker that does not answer is
 * left for another, and its connection is dropped, so that a healed path is tried with a fresh one. A broker that is dead,
 * paused or behind a black hole costs at most one deadline.
 */
import { Connection, metadataV12 } from '@platformatic/kafka'
import type { Bootstrap } from '../model/metadata.ts'
import { pause, withinDeadline } from './waiting.ts'

export const questionDeadlineMs = 2000

/** One request and its answer, on a connection that is ready. */
export type Question<Answer> = (connection: Connection) => Promise<Answer>

export interface Brokers {
  /** Asks brokers one after the other until one answers. Throws what each of them did instead. */
  readonly askAny: <Answer>(question: Question<Answer>) => Promise<Answer>
  /**
   * Asks all brokers at once, since one that is cut off answers from a stale memory. Returns when all have answered or
   * given up, or shortly after most of them have answered.
   */
  readonly askAll: <Answer>(question: Question<Answer>) => Promise<readonly Answer[]>
  /** Asks the broker of this id, at the address that the cluster's metadata tells. */
  readonly askBroker: <Answer>(id: number, question: Question<Answer>) => Promise<Answer>
  readonly close: () => Promise<void>
}

const laggardsMs = 150

export const connectBrokers = (bootstrap: Bootstrap, clientId: string): Brokers => {
  const connections = new Map<string, Promise<Connection>>()
  const addresses = new Map<number, string>()

  const drop = (address: string): void => {
    const connection = connections.get(address)
    connections.delete(address)
    // Nothing is to be learnt from how a failed connection ends.
    void connection?.then(open => open.close()).catch(() => undefined)
  }

  const ask = async <Answer>(address: string, question: Question<Answer>): Promise<Answer> => {
    try {
      const connection = await withinDeadline(connectionTo(connections, address, clientId), `a connection to ${address}`, questionDeadlineMs)

      return await withinDeadline(question(connection), `an answer from ${address}`, questionDeadlineMs)
    } catch (error) {
      if (!hasResponse(error)) drop(address)
      throw error
    }
  }

  // The broker that answered last is asked first, so that a dead one does not cost every question its deadline.
  let preferred = 0

  const askAny: Brokers['askAny'] = async question => {
    const failures: Error[] = []
    for (let tried = 0; tried < bootstrap.length; tried += 1) {
      const address = bootstrap[preferred] ?? ''
      try {
        return await ask(address, question)
      } catch (error) {
        failures.push(asError(error))
        preferred = (preferred + 1) % bootstrap.length
      }
    }
    throw new AggregateError(failures, `No broker gave an answer: ${[...new Set(failures.map(describe))].join('; ')}`)
  }

  return {
    askAny,
    askAll: question => gather(bootstrap.map(address => ask(address, question))),
    askBroker: async (id, question) => {
      if (!addresses.has(id)) {
        for (const { nodeId, host, port } of (await askAny(listBrokers)).brokers) addresses.set(nodeId, `${host}:${port}`)
      }
      const address = addresses.get(id)
      if (address === undefined) throw new Error(`Broker ${id} is not registered with the cluster.`)
      try {
        return await ask(address, question)
      } catch (error) {
        addresses.delete(id)
        throw error
      }
    },
    close: async () => {
      for (const address of connections.keys()) drop(address)
    }
  }
}

const listBrokers: Question<metadataV12.MetadataResponse> = connection => metadataV12.api.async(connection, [], false, false)

const connectionTo = (connections: Map<string, Promise<Connection>>, address: string, clientId: string): Promise<Connection> => {
  const known = connections.get(address)
  if (known !== undefined) return known

  const opening = openConnection(address, clientId, () => connections.delete(address))
  connections.set(address, opening)

  return opening
}

/** A connection of one's own, for who needs more than questions and answers. */
export const openConnection = async (address: string, clientId: string, onEnd: () => void = () => undefined): Promise<Connection> => {
  const separator = address.lastIndexOf(':')
  const connection = new Connection(clientId, { connectTimeout: questionDeadlineMs, requestTimeout: questionDeadlineMs * 5 })
  // The promise of each request carries its error; without a listener this event would end the process.
  connection.on('error', onEnd)
  connection.on('close', onEnd)
  await connection.connect(address.slice(0, separator), Number(address.slice(separator + 1)))

  return connection
}

/** Answers from all that gave one: at once when all have settled, soon after most have answered. */
const gather = async <Answer>(questions: readonly Promise<Answer>[]): Promise<readonly Answer[]> => {
  const answers: Answer[] = []
  const most = Math.floor(questions.length / 2) + 1
  const { promise: enough, resolve } = Promise.withResolvers<undefined>()

  const settled = questions.map(async question => {
    try {
      answers.push(await question)
      if (answers.length === most) void pause(laggardsMs).then(() => { resolve(undefined) })
    } catch {
      // Another broker's answer stands in; with none at all the caller gets an empty list.
    }
  })
  await Promise.race([enough, Promise.all(settled)])

  return [...answers]
}

/** The broker answered, with an error: the connection is fine. */
export const hasResponse = (error: unknown): error is Error & { readonly response: unknown } =>
  error instanceof Error && 'response' in error && error.response !== undefined

/** A response's own errors say more than the library's sentence about them. */
const describe = (error: Error): string =>
  error instanceof AggregateError && error.errors.length > 0 ? error.errors.map(one => inServersWords(asError(one))).join(', ') : error.message

/** The library has a sentence for each error code; what the broker itself said is the more exact. */
const inServersWords = (error: Error): string =>
  'serverErrorMessage' in error && typeof error.serverErrorMessage === 'string' ? error.serverErrorMessage : error.message

export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
