/**
 * What became of each single try of a send that librdkafka repeats by itself. A delivery report tells the last error only, and an earlier
 * try that timed out may have landed; but with `debug=msg` each batch is in the log when it is made for the wire, and again when it has
 * failed. A send was refused for good only if a line of both kinds is there for each try of its partition since it began, and each
 * failure is a refusal.
 *
 * A line tells the partition, not the send: what another send to the same partition meets meanwhile counts against this one too.
 */
import type { TopicPartition } from '../../model/recorder.ts'
import { partitionKey } from '../partition-key.ts'
import type { LogLine } from './library.ts'
import { refusals } from './outcomes.ts'

export interface Tries {
  readonly hear: (line: LogLine) => void
  /** From now on, until `end`. */
  readonly follow: (partition: TopicPartition) => FollowedTries
}

export interface FollowedTries {
  /** At least one try was made, and each was refused. */
  readonly allRefused: () => boolean
  readonly end: () => void
}

interface Following {
  readonly key: string
  begun: number
  refused: number
  doubtful: boolean
}

const begun = /: (\S+) \[(\d+)\]: Produce MessageSet with /
const failed = /: (\S+) \[(\d+)\]: MessageSet with .* encountered error: (.+) \(actions [^()]*\)/
const words = new Set(Object.values(refusals).map(refusal => refusal.words))

export const watchTries = (): Tries => {
  const all = new Set<Following>()
  const of = (topic = '', partition = ''): readonly Following[] => [...all].filter(({ key }) => key === partitionKey({ topic, partition: Number(partition) }))

  return {
    hear: ({ fac, message }) => {
      if (fac === 'PRODUCE') {
        const [, topic, partition] = begun.exec(message) ?? []
        for (const one of of(topic, partition)) one.begun += 1
      }
      if (fac !== 'MSGSET') return
      const [, topic, partition, error = ''] = failed.exec(message) ?? []
      for (const one of of(topic, partition)) {
        if (words.has(error)) one.refused += 1
        else one.doubtful = true
      }
    },
    follow: partition => {
      const following: Following = { key: partitionKey(partition), begun: 0, refused: 0, doubtful: false }
      all.add(following)

      return {
        allRefused: () => !following.doubtful && following.begun > 0 && following.refused === following.begun,
        end: () => { all.delete(following) }
      }
    }
  }
}
