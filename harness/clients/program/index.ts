/** The driver that stands for anybody's program: what it can do, it says itself, in the first line that it prints. */
import { UsageError } from '../../model/errors.ts'
import { resetPolicies } from '../../model/history.ts'
import type { Driver, DriverFacts } from '../driver.ts'
import { withinDeadline } from '../waiting.ts'
import { excerpt, type Fields, isCount, parseLine, type ProgramEars, type StartProgram } from './channel.ts'
import { openProgramMember } from './member.ts'
import { openProgramProducer, type ProgramSetting } from './producer.ts'

const protocols = ['classic', 'consumer'] as const
const greetsWithinMs = 10_000
const next = 'Its first line must be like {"hello":{"client":"my client","version":"1.0","rebalanceProtocols":["classic"]}}; docs/your-own-client.md has the rest.'

/** Starts the program once to hear its greeting, and ends it. Throws a UsageError where it does not greet. */
export const askProgram = async (name: string, start: StartProgram, greetsWithin = greetsWithinMs): Promise<DriverFacts> => {
  const heard = Promise.withResolvers<string>()
  const channel = start({ hear: heard.resolve, ended: why => { heard.reject(new Error(why)) } })
  try {
    const line = await withinDeadline(heard.promise, 'its first line', greetsWithin)

    return factsOf(name, line)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError({ happened: `The program is no client: ${error instanceof Error ? error.message : String(error)}`, where: name, next, cause: error })
  } finally {
    await channel.kill()
  }
}

const factsOf = (name: string, line: string): DriverFacts => {
  const hello = parseLine(line)?.['hello'] as Fields | undefined
  const { client, version, rebalanceProtocols, idempotentInFlight = 1, checksums, automaticCommits, staticMembership, cooperative, resets = ['earliest'] } = hello ?? {}
  if (typeof client !== 'string' || typeof version !== 'string' || !isCount(idempotentInFlight) || !areAll(protocols, rebalanceProtocols) || !areAll(resetPolicies, resets)) {
    throw new UsageError({ happened: `The program does not greet as a client does; it printed ${excerpt(line)}.`, where: name, next })
  }

  return {
    name,
    version: `${client} ${version}`,
    capabilities: {
      inFlightWhenIdempotent: idempotentInFlight, rebalanceProtocols, checksChecksums: checksums === true,
      ...staticMembership === true ? { staticMembership: rebalanceProtocols } : {},
      ...cooperative === true ? { cooperative } : {},
      resets
    },
    cannot: plan => plan.kind === 'member' && plan.commits === 'automatic' && automaticCommits !== true ? ['it does not commit by itself'] : []
  }
}

const areAll = <Known extends string>(all: readonly Known[], value: unknown): value is readonly Known[] =>
  Array.isArray(value) && (value as readonly unknown[]).every(one => all.some(known => known === one))

export const programDriver = (facts: DriverFacts, setting: ProgramSetting): Driver => {
  const greeted: ProgramSetting = { ...setting, start: ears => setting.start(afterGreeting(ears)) }

  return {
    ...facts,
    openProducer: options => openProgramProducer(greeted, options),
    openMember: (options, listener) => openProgramMember(greeted, options, listener)
  }
}

/** The greeting has been heard once; each later start of the program begins with it too. */
const afterGreeting = (ears: ProgramEars): ProgramEars => {
  let greeted = false

  return {
    ...ears,
    hear: line => {
      if (greeted || parseLine(line)?.['hello'] === undefined) ears.hear(line)
      greeted = true
    }
  }
}
