/**
 * Has a producer send one more record, at its very end and without an answer, that the application then counts on. It is
 * nowhere, so the belief is unfounded. Nothing was sent after it, so no send of the partition waits for it.
 */
import { kinds } from '../../../ledger/format.ts'
import type { Site } from '../clean-records.ts'
import type { Ground } from '../ground.ts'
import type { Mutation } from '../planting.ts'
import type { ProducerFile } from '../survey.ts'

export const believe: Mutation = {
  name: 'believe',
  needs: 'an acknowledged record',
  plant: ground => {
    const site = ground.takeSite(one => isAnswered(ground, one), () => true)
    const producer = site && producerOf(ground, site)
    if (site === undefined || producer === undefined) return undefined
    const { where: { topic, partition }, record: { send } } = site
    const { nextRecord: record, nextSequence, lastAt: at, file: { path: file } } = producer
    const value = send.value < 0 ? -1 : nextSequence

    return {
      entries: [
        { file, change: 'append', entry: { ...send, partition, record, value, at } },
        { file, change: 'append', entry: { ...send, partition, kind: kinds.believed, record, value: -1, at } }
      ],
      anomalies: [{ anomaly: 'unfounded', count: 1, topic, partition, group: null }],
      sideEffects: isAnswered(ground, site) ? [] : [{ anomaly: 'stalled', topic, partition, group: null }]
    }
  }
}

/** Whether some send to the partition after the last fault was acknowledged, so that one without an answer is no stall. */
const isAnswered = (ground: Ground, site: Site): boolean =>
  site.record.send.at > (ground.lastHealedAt ?? -1) || (producerOf(ground, site)?.lastAt ?? 0) <= (ground.lastHealedAt ?? 0)

const producerOf = ({ producers }: Ground, { record }: Site): ProducerFile | undefined =>
  producers.find(({ file }) => file === record.send.file)
