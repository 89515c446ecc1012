/**
 * What a group that transforms has made for good: each record of its output topic that is committed says from which input it was made.
 * Counted by input, that is how often the group's effect of it is there. Where the output topic was not read whole nothing is counted,
 * for what was not read would be missed.
 */
import { kinds } from '../ledger/format.ts'
import { openLedger } from '../ledger/writer.ts'
import type { RecordOrigin } from '../model/record.ts'
import type { ClientPlan } from '../model/workload.ts'
import type { EffectsCounted, OutputsOf } from './worker-protocol.ts'

/** The groups that transform, each once. */
export const groupsWithOutputs = (clients: readonly ClientPlan[]): readonly OutputsOf[] => [...new Map(clients.flatMap(plan =>
  plan.kind === 'member' && plan.transform !== undefined
    ? [[plan.group, { group: plan.group, from: plan.topics[0]?.name ?? '', to: plan.transform.to.name }] as const]
    : [])).values()]

export interface OutputCount {
  /** A committed record of a topic, with what it was made from. */
  readonly add: (topic: string, origin: RecordOrigin | undefined) => void
  /** Writes a group's outputs as `effect` entries. */
  readonly write: (of: OutputsOf, read: readonly ReadPartition[]) => EffectsCounted
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

  return {
    add: (topic, origin) => {
      if (origin === undefined) return
      const ofTopic = made.get(topic) ?? new Map<number, Made>()
      const one = ofTopic.get(origin.record) ?? { partition: origin.partition, times: 0 }
      one.times += 1
      ofTopic.set(origin.record, one)
      made.set(topic, ofTopic)
    },
    write: ({ group, from, to }, read) => {
      const notWhole = read.filter(({ topic, logStart, complete }) => topic === to && (logStart > 0 || !complete))
      const [first] = notWhole
      if (first !== undefined) return { group, records: 0, lack: `The outputs of the group ${group} were not counted: ${first.topic}-${first.partition} was not read from its start to its end.` }

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
