/** Crimes on records: gone, doubled, in the wrong place, of nobody, or damaged. */
import { placeIn } from '../expected/findings.ts'
import { isAfterPowerCut } from '../expected/visible.ts'
import { append } from '../kafka/logs.ts'
import { believe, land, lapse, reject } from '../kafka/producing.ts'
import { addTopic, newProducer } from '../kafka/simulate.ts'
import { end, sayPhase } from '../kafka/transactions.ts'
import { choose, nextName, type Entry, type Line, type Send } from '../kafka/world.ts'
import {
  ahead, answerOf, entryOf, fresh, groupPlace, handOut, landAndAnswer, levelOfLog, levelOfLoss, notCompacted, observer, oneAudit, readOn, remove, sayFresh,
  settledRecords, times, withoutReaders, type Planter
} from './planter.ts'

const lost: Planter = {
  anomaly: 'lost',
  // A foreign record may have had the same key, and compaction have taken the one before it.
  suits: (_, { topic, entries }) => !topic.compacted || entries.every(({ kind }) => kind !== 'foreign'),
  plant: ground => {
    for (const send of settledRecords(ground, choose(['idempotent', 'leader-only', 'plain'] as const, ground.variant))) {
      remove(send)
      ground.sum.add('lost', levelOfLoss(ground.world, send), placeIn(ground.partition))
    }
  }
}

const vanished: Planter = {
  anomaly: 'vanished',
  suits: notCompacted,
  plant: ({ world, partition, sum, count, variant }) => {
    fresh(world, partition)
    const sends = Array.from({ length: count }, () => sayFresh(world, partition, newProducer(world, choose(['idempotent', 'leader-only'] as const, variant))))
    for (const send of sends) {
      land(send)
      if (variant % 3 !== 0) lapse(world, send, 1)
    }
    handOut(world, partition)
    const share = observer({ world, partition, variant })
    readOn(world, share, ahead(share))
    for (const send of sends) {
      remove(send)
      sum.add('vanished', levelOfLoss(world, send), placeIn(partition))
    }
  }
}

const duplicated: Planter = {
  anomaly: 'duplicated',
  plant: ground => {
    const { world, partition, sum } = ground
    for (const send of settledRecords(ground, choose(['idempotent', 'plain', 'leader-only'] as const, ground.variant))) {
      append(partition, 'record', send)
      sum.add('duplicated', send.producer.idempotent ? 'violation' : 'permitted', placeIn(partition))
    }
    handOut(world, partition, 'idle')
  }
}

/** Another record stands at a record's offset: in the log, though not committed, or by its acknowledgement. */
const offsetConflict: Planter = {
  anomaly: 'offset-conflict',
  plan: oneAudit,
  plant: ({ world, partition, sum, count, variant }) => {
    times(count, () => {
      const kind = choose(['idempotent', 'leader-only'] as const, variant)!
      const first = fresh(world, partition)
      const second = sayFresh(world, partition, newProducer(world, kind))
      if (variant % 3 === 0 && !partition.topic.compacted) {
        landAndAnswer(world, second)
        second.offset = first.offset
        answerOf(world, second)['offset'] = first.offset
        sum.add('misplaced', levelOfLoss(world, second), placeIn(partition))
        handOut(world, partition)
      } else {
        partition.entries.push({ ...entryOf(first), send: second, told: { committed: false } })
      }
      const permitted = partition.topic.weak || kind === 'leader-only' || isAfterPowerCut(world, partition)
      sum.add('offset-conflict', permitted ? 'permitted' : 'violation', placeIn(partition))
    })
  }
}

const misplaced: Planter = {
  anomaly: 'misplaced',
  suits: notCompacted,
  plant: ground => {
    const { world, partition, sum, variant, count } = ground
    if (variant % 2 === 0) {
      addTopic(world, nextName(world, 'elsewhere '), { kind: choose(['strict', 'unclean'] as const, variant)!, partitions: 1 })
      const [elsewhere] = world.topics.at(-1)!.partitions
      for (const send of settledRecords(ground)) {
        append(elsewhere!, 'record', send)
        sum.add('misplaced', 'violation', placeIn(partition))
      }
      handOut(world, elsewhere!)

      return
    }
    times(count, () => {
      const send = fresh(world, partition, newProducer(world, choose(['idempotent', 'leader-only'] as const, variant >> 1)))
      const { offset } = append(partition, 'foreign')
      send.offset = offset
      answerOf(world, send)['offset'] = offset
      sum.add('misplaced', levelOfLoss(world, send), placeIn(partition))
    })
    fresh(world, partition)
  }
}

const unfounded: Planter = {
  anomaly: 'unfounded',
  plant: ({ world, partition, sum, count, variant }) => {
    fresh(world, partition)
    times(count, () => {
      const send = sayFresh(world, partition)
      if (variant % 3 === 0) reject(world, send)
      if (variant % 3 === 1) lapse(world, send, 0)
      send.fate = 'gone'
      believe(world, send)
      sum.add('unfounded', 'information', placeIn(partition))
    })
  }
}

const phantom: Planter = {
  anomaly: 'phantom',
  plant: ({ world, partition, sum, count }) => {
    const pattern = fresh(world, partition)
    times(count, () => {
      append(partition, 'record', { ...pattern, id: nextName(world, 'nobody sent this '), attempt: 1, offset: null })
      sum.add('phantom', 'violation', placeIn(partition))
    })
    handOut(world, partition, 'idle')
  }
}

const resurrected: Planter = {
  anomaly: 'resurrected',
  plant: ({ world, partition, sum, count }) => {
    fresh(world, partition)
    times(count, () => {
      const send = sayFresh(world, partition)
      reject(world, send)
      land(send)
      sum.add('resurrected', 'violation', placeIn(partition))
    })
    handOut(world, partition)
  }
}

const resurrectedTransaction: Planter = {
  anomaly: 'resurrected (transaction)',
  suits: withoutReaders,
  plant: ({ world, partition, sum, count }) => {
    const producer = newProducer(world, 'transactional')
    const sends = Array.from({ length: count }, () => sayFresh(world, partition, producer))
    for (const send of sends) landAndAnswer(world, send)
    const transaction = producer.transaction!
    sayPhase(world, transaction, 'aborting')
    end(world, transaction)
    sayPhase(world, transaction, 'aborted')
    for (const send of sends) {
      entryOf(send).told = { committed: true }
      sum.add('resurrected', 'violation', placeIn(partition))
    }
  }
}

const corrupted: Planter = {
  anomaly: 'corrupted',
  plan: oneAudit,
  plant: ground => {
    const { world, partition, sum, variant } = ground
    const sends = settledRecords(ground)
    if (variant % 4 < 2) {
      for (const send of sends) entryOf(send).told = { intact: false }
      sum.add('corrupted', 'violation', placeIn(partition), sends.length)
      return
    }
    const share = observer(ground)
    readOn(world, share, ahead(share))
    for (const { send, line } of share.deliveries) if (sends.includes(send)) line['intact'] = false
    sum.add('corrupted', 'violation', groupPlace(share), sends.length)
  }
}

const replicaDivergence: Planter = {
  anomaly: 'replica-divergence',
  plan: oneAudit,
  plant: ({ world, partition, sum, count, variant }) => {
    const sends = Array.from({ length: count }, () => fresh(world, partition))
    const other = fresh(world, partition)
    const offsets = sends.map(send => entryOf(send).offset)
    const isMissing = variant % 2 === 0 && !partition.topic.compacted
    const differ = (line: Line): readonly Line[] => {
      if (line.event !== 'logged' || !offsets.includes(line['offset'] as number)) return [line]

      return isMissing ? [] : [{ ...line, id: other.id }]
    }
    world.edits.push(lines => {
      const seen = lines.filter(({ event, topic, partition: number }) => (event === 'logged' || event === 'audit') && topic === partition.topic.name && number === partition.number)
      const onDisks = [1, 2, 3].slice(variant % 2).flatMap(replica => seen.flatMap(line => (replica === 3 ? differ(line) : [line])).map(line => ({ ...line, replica })))

      return [...lines, ...onDisks]
    })
    sum.add('replica-divergence', levelOfLog(world, partition), placeIn(partition), count)
  }
}

const epochRegressed: Planter = {
  anomaly: 'epoch-regressed',
  plan: oneAudit,
  plant: ground => {
    const { world, partition, sum, count, variant } = ground
    const sends: Send[] = []
    times(2 * count, () => { sends.push(fresh(world, partition)) })
    const entries: readonly Entry[] = sends.map(entryOf)
    // High, low, high, low: each low one is below its neighbour.
    const epochAt = (index: number): number => partition.epoch + (index % 2 === 0 ? 5 : 4) + 10 * (index >> 1)
    if (variant % 2 === 0) {
      for (const [index, entry] of entries.entries()) entry.told = { leaderEpoch: epochAt(index) }
      sum.add('epoch-regressed', levelOfLog(world, partition), placeIn(partition), count)
      return
    }
    const share = observer(ground)
    readOn(world, share, ahead(share))
    for (const { send, line } of share.deliveries) if (sends.includes(send)) line['leaderEpoch'] = epochAt(sends.indexOf(send))
    sum.add('epoch-regressed', levelOfLog(world, partition), groupPlace(share), count)
  }
}

/** Not a crime: the audit was cut short, and whatever is missing proves nothing. */
const inconclusive: Planter = {
  anomaly: 'inconclusive',
  suits: (world, partition) => !world.sends.some(send => send.partition === partition && world.believed.has(send.id)),
  plant: ({ world, partition, sum, count, variant }) => {
    const sends = Array.from({ length: count }, () => fresh(world, partition))
    for (const send of sends) remove(send)
    partition.gap = variant % 2 === 0 ? 'absent' : 'incomplete'
    sum.add('inconclusive', 'inconclusive', placeIn(partition))
  }
}

export const crimesOnRecords: readonly Planter[] = [
  lost, vanished, duplicated, offsetConflict, misplaced, unfounded, phantom, resurrected, resurrectedTransaction, corrupted, replicaDivergence, epochRegressed, inconclusive
]
