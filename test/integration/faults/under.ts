/** One fault on a real cluster, from its blow to its healing. */
import { expect } from 'vitest'
import type { Subject } from '../../../harness/model/cluster.ts'
import type { Bite, Fault } from '../../../harness/model/fault.ts'
import { randomFrom } from '../../../harness/model/random.ts'

export interface Under {
  readonly on: Subject
  /** What is to be seen while it is in force. */
  readonly look?: (() => Promise<void>) | undefined
}

/** Injects a fault, asks for its proof at the blow and before healing, and heals twice. */
export const injected = async (fault: Fault, { on, look }: Under): Promise<readonly Bite[]> => {
  const injection = await (await fault.prepare(on, randomFrom('test'))).strike()
  try {
    const struck = await injection.bite('struck')
    await look?.()

    return [struck, await injection.bite('healing')]
  } finally {
    await injection[Symbol.asyncDispose]()
    await injection[Symbol.asyncDispose]()
  }
}

export const bitten = (evidence: RegExp) => ({ bit: true, evidence: expect.stringMatching(evidence) as string })
