/**
 * What a group that transforms has made for good: each record of its output topic that is committed says from which input it was made.
 * Counted by input, that is how often the group's effect of it is there. Where the output topic was not read whole nothing is counted,
 * for what was not read would be missed; nor where no marker has decided yet whether an output is committed, for it may be there or not.
 */
import { kinds } from '../ledger/format.ts'
import { openLedger } from '../ledger/writer.ts'
import type { RecordOrigin } from '../model/record.ts'
import type { ClientPlan } from '../model/workload.ts'
import { groupsWithStores } from './store-files.ts'
import type { EffectsCounted, OutputsOf, StoreOf } from './worker-protocol.ts'

/** The groups that transform, each once. */
export const groupsWithOutputs = (clients: readonly ClientPlan[]): readonly OutputsOf[] => [...new Map(clients.flatMap(plan =>
  plan.kind === 'member' && plan.transform !== undefined
    ? [[plan.group, { group: plan.group, from: plan.topics[0]?.name ?? '', to: plan.transform.to.name }] as const]
    : [])).values()]

/** What is to be counted when the load has ended, and what is not, and why. */
export interface Countable {
  readonly stores: readonly StoreOf[]
  readonly outputs: readonly OutputsOf[]
  readonly gaps: readonly string[]
}

/** What a group has not come to the end of has no output yet: that would be missed. What is counted of one group is missed of the others, so that then nothing is. */
export const countableEffects = (clients: readonly ClientPlan[], unfinished: readonly string[]): Countable => {
  const outputs = groupsWithOutputs(clients)
  const gaps = outputs.filter(({ group }) => unfinished.includes(group))
    .map(({ group }) => `The outputs of the group ${group} were not counted: it had not come to the end of its inputs.`)

  return gaps.length > 0 ? { stores: [], outputs: [], gaps } : { stores: groupsWithStores(clients), outputs, gaps }
}

export interface OutputCount {
  /** A committed record of a topic, with what it was made from. */
  readonly add: (topic: string, origin: RecordOrigin | undefined) => void
  /** A record of a topic of which nobody knows whether it is committed, with what it was made from. */
  readonly leaveOpen: (topic: string, origin: RecordOrigin | undefined) => void
  /** Why a group's outputs cannot be counted; undefined: they can. */
  readonly lackOf: (of: OutputsOf, read: readonly ReadPartition[]) => EffectsCounted | undefined
  /** Writes a group's outputs, which can be counted, as `effect` entries. */
  readonly write: (of: OutputsOf) => EffectsCounted
}

export interface ReadPartition {
  readonly topic: string
  readonly partition: number
  readonly logStart: number
  readonly complete: boolean
}

interface Counting {
  readonly run: string
  readonly ledger: string
  readonly topics: readonly string[]
}

interface Made {
  readonly partition: number
  times: number
}

export const countOutputs = ({ run, ledger: folder, topics }: Counting): OutputCount => {
  const made = new Map<string, Map<number, Made>>()
  const open = new Map<string, number>()

  return {
    add: (topic, origin) => {
      if (origin === undefined) return
      const ofTopic = made.get(topic) ?? new Map<number, Made>()
      const one = ofTopic.get(origin.record) ?? { partition: origin.partition, times: 0 }
      one.times += 1
      ofTopic.set(origin.record, one)
      made.set(topic, ofTopic)
    },
    leaveOpen: (topic, origin) => { if (origin !== undefined) open.set(topic, (open.get(topic) ?? 0) + 1) },
    lackOf: ({ group, to }, read) => {
      const lack = whyUncountable(read.filter(({ topic }) => topic === to), { open: open.get(to) ?? 0 })

      return lack === undefined ? undefined : { group, records: 0, lack: `The outputs of the group ${group} were not counted: ${lack}.` }
    },
    write: ({ group, from, to }) => {
      const ofTopic = made.get(to) ?? new Map<number, Made>()
      if (ofTopic.size === 0) return { group, records: 0, lack: `The topic ${to} holds no output of the group ${group}.` }
      const ledger = openLedger(folder, { format: 1, run, process: `outputs-${to}`, topics, group })
      for (const [record, { partition, times }] of ofTopic) {
        ledger.append({ kind: kinds.effect, topic: Math.max(0, topics.indexOf(from)), partition, at: 0, record, value: times })
      }
      ledger.close()

      return { group, records: ofTopic.size }
    }
  }
}

const whyUncountable = (read: readonly ReadPartition[], { open }: { readonly open: number }): string | undefined => {
  const notWhole = read.find(({ logStart, complete }) => logStart > 0 || !complete)
  if (notWhole !== undefined) return `${notWhole.topic}-${notWhole.partition} was not read from its start to its end`

  return open > 0 ? `whether ${open} of them are committed was not decided by the log's end` : undefined
}
