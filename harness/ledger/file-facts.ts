/** What the entries of one file have in common: who wrote them, and what their numbers for topics and transactions mean. */
import { marks, notKnown } from '../model/evidence.ts'
import { noPartition } from './format.ts'
import type { GatheredRun } from './gatherer.ts'
import type { LedgerProcess } from './ledger-folder.ts'

export interface FileFacts {
  readonly producer: number
  readonly member: number
  readonly group: number
  readonly replica: number
  /** What is known of all of its logged records; see `marks`. */
  readonly marks: number
  /** The topic's number; undefined: the header names none in this place. */
  readonly topicOf: (topic: number) => number | undefined
  /** The partition's number; of a topic that the header names. */
  readonly partitionOf: (topic: number, partition: number) => number
  readonly transactionOf: (name: number) => number
}

/** Made for each file when its first entry comes, and the same for all who read it. */
export type FilesFacts = (process: LedgerProcess) => FileFacts

export const filesFacts = (run: Pick<GatheredRun, 'parties' | 'transactions'>): FilesFacts => {
  const known = new Map<LedgerProcess, FileFacts>()

  return process => {
    const facts = known.get(process) ?? factsOf(process, run)
    known.set(process, facts)

    return facts
  }
}

const factsOf = ({ entries, nameOf }: LedgerProcess, { parties, transactions }: Pick<GatheredRun, 'parties' | 'transactions'>): FileFacts => {
  const { header } = entries!
  const group = header.group === undefined ? notKnown : parties.groups.numberOf(header.group)
  const topics = header.topics.map(topic => parties.topics.numberOf(topic))
  const partitions = header.topics.map((): number[] => [])
  const transactionNumbers: number[] = []

  return {
    group,
    producer: header.producer === undefined ? notKnown : parties.producerOf(header.producer, header.incarnation ?? 1),
    member: header.member === undefined || group === notKnown ? notKnown : parties.memberOf(header.member, group),
    replica: header.replica ?? notKnown,
    marks: header.committed === true ? marks.committed : 0,
    topicOf: topic => topics[topic],
    partitionOf: (topic, partition) => partitions[topic]![partition] ??=
      parties.partitions.numberOf({ first: topics[topic]!, second: partition === noPartition ? notKnown : partition }),
    transactionOf: name => transactionNumbers[name] ??= transactions.numberOf(nameOf(name))
  }
}
