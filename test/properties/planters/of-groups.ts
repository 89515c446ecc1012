/** Crimes of groups: records skipped or given again, commits that say too much or too little, two owners, and effects that do not add up. */
import { commitAt, deliver } from '../kafka/consuming.ts'
import { disturb } from '../kafka/logs.ts'
import { own, revoke } from '../kafka/positions.ts'
import { choose, tell, type Partition, type Share, type World } from '../kafka/world.ts'
import {
  ahead, entryOf, fresh, groupPlace, levelOfGap, levelOfLog, levelOfPassing, levelOfWork, observer, readOn, times, visibleOf, withoutReaders, type Ground, type Planter
} from './planter.ts'

/** Enough for any crime, and a group that has read them up to the last so many. */
const readers = (ground: Ground, { unread, more = {} }: { readonly unread: number, readonly more?: Parameters<typeof observer>[1] }): Share => {
  times(unread + 3, () => fresh(ground.world, ground.partition))
  const share = observer(ground, more)
  readOn(ground.world, share, ahead(share).slice(0, -unread || undefined))

  return share
}

/** The next member of the group owns the partition, or the same one anew. */
const handOver = (world: World, share: Share, position: number, variant: number): void => {
  const { owner, group } = share
  revoke(world, share, owner!)
  own(world, share, choose(group.members, variant)!, position)
}

const committed = (world: World, share: Share, offset: number): void => commitAt(world, share, share.owner!, { offset, outcome: 'acknowledged' })

const skipped: Planter = {
  anomaly: 'skipped',
  plant: ground => {
    const { world, sum, count, variant } = ground
    const share = readers(ground, { unread: count + 1 })
    const left = ahead(share)
    handOver(world, share, left.at(-1)!.offset, variant)
    readOn(world, share, left.slice(-1))
    sum.add('skipped', levelOfPassing(world, share), groupPlace(share), count)
  }
}

const pollSkip: Planter = {
  anomaly: 'poll-skip',
  plant: ground => {
    const { world, partition, sum, count } = ground
    const share = readers(ground, { unread: 2 * count })
    for (const [index, entry] of ahead(share).entries()) if (index % 2 === 1) readOn(world, share, [entry])
    sum.add('poll-skip', levelOfGap(world, partition), groupPlace(share), count)
    sum.add('skipped', levelOfPassing(world, share), groupPlace(share), count)
  }
}

/** A log that may be cut off and written again excuses nobody who leaves out what was there. */
const ownSkip: Planter = {
  anomaly: 'skipped (where a log may be cut off)',
  suits: (world, partition) => partition.topic.weak && levelOfGap(world, partition) === 'violation',
  plant: ground => {
    const { world, sum, count, variant } = ground
    const share = readers(ground, { unread: 2 * count, more: { commits: 'after-work' } })
    for (const [index, entry] of ahead(share).entries()) {
      if (variant % 2 === 0) committed(world, share, entry.offset + 1)
      if (index % 2 === 1) readOn(world, share, [entry])
    }
    if (variant % 2 === 0) sum.add('commit-ahead', 'violation', groupPlace(share), 2 * count)
    sum.add('poll-skip', 'violation', groupPlace(share), count)
    sum.add('skipped', 'violation', groupPlace(share), count)
  }
}

const pollRewind: Planter = {
  anomaly: 'poll-rewind',
  plant: ground => {
    const { world, partition, sum, count } = ground
    const share = readers(ground, { unread: count })
    for (const entry of ahead(share)) readOn(world, share, [entry, entry])
    sum.add('poll-rewind', levelOfLog(world, partition), groupPlace(share), count)
    sum.add('redelivered', 'information', groupPlace(share), count)
  }
}

const redelivered: Planter = {
  anomaly: 'redelivered',
  plant: ground => {
    const { world, sum, count, variant } = ground
    const share = readers(ground, { unread: 0 })
    handOver(world, share, share.deliveries.at(-count)!.offset, variant)
    readOn(world, share, ahead(share))
    sum.add('redelivered', 'information', groupPlace(share), count)
  }
}

const resumeRewind: Planter = {
  anomaly: 'resume-rewind',
  plant: ground => {
    const { world, partition, sum, count, variant } = ground
    const share = readers(ground, { unread: 0, more: { commits: 'after-work' } })
    committed(world, share, share.owner!.position)
    const first = share.deliveries.at(-1)!.offset
    times(count, index => {
      handOver(world, share, first, variant + index)
      readOn(world, share, ahead(share))
    })
    sum.add('resume-rewind', levelOfLog(world, partition), groupPlace(share), count)
    sum.add('redelivered', 'information', groupPlace(share), count)
  }
}

const commitBeyondEnd: Planter = {
  anomaly: 'commit-ahead (beyond the end)',
  plant: ground => {
    const { world, partition, sum, count } = ground
    const share = readers(ground, { unread: 0 })
    times(count, index => committed(world, share, partition.end + 1 + index))
    sum.add('commit-ahead', levelOfLog(world, partition), groupPlace(share), count)
  }
}

const commitAhead: Planter = {
  anomaly: 'commit-ahead',
  plant: ground => {
    const { world, sum, count } = ground
    const share = readers(ground, { unread: count })
    for (const entry of ahead(share)) {
      committed(world, share, entry.offset + 1)
      readOn(world, share, [entry])
    }
    sum.add('commit-ahead', levelOfPassing(world, share), groupPlace(share), count)
  }
}

const commitRegressed: Planter = {
  anomaly: 'commit-regressed',
  plant: ground => {
    const { world, sum, count } = ground
    const share = readers(ground, { unread: 0 })
    const { position } = share.owner!
    committed(world, share, position)
    times(count, () => committed(world, share, position - 1))
    sum.add('commit-regressed', 'violation', groupPlace(share), count)
  }
}

const dualOwner: Planter = {
  anomaly: 'dual-owner',
  plant: ground => {
    const { world, sum, variant } = ground
    const share = readers(ground, { unread: 0 })
    const first = share.owner!
    const second = own(world, share, share.group.members[1]!, first.position)
    for (const one of variant % 2 === 0 ? [first, second] : [second, first]) commitAt(world, share, one, { offset: first.position, outcome: 'acknowledged' })
    sum.add('dual-owner', 'violation', groupPlace(share))
  }
}

const unowned: Planter = {
  anomaly: 'unowned',
  plant: ground => {
    const { world, sum, count, variant } = ground
    const share = readers(ground, { unread: 0 })
    const member = share.group.members[1]!
    const last = share.deliveries.at(-1)!
    if (variant % 2 === 0) {
      times(count, () => commitAt(world, share, { member }, { offset: share.owner!.position, outcome: 'acknowledged' }))
      sum.add('unowned', 'violation', groupPlace(share), count)
    } else {
      times(count, () => deliver(world, share, entryOf(last.send), { member, holder: null }))
      sum.add('unowned', 'information', groupPlace(share), count)
      sum.add('redelivered', 'information', groupPlace(share), count)
    }
  }
}

const undelivered: Planter = {
  anomaly: 'undelivered',
  plant: ground => {
    const { sum, count } = ground
    const share = readers(ground, { unread: count })
    sum.add('undelivered', 'liveness', groupPlace(share), count)
  }
}

/** It owns the partition, and after everything was healed it is given nothing. */
const stalledGroup: Planter = {
  anomaly: 'stalled (group)',
  suits: withoutReaders,
  plant: ground => {
    const { world, partition, sum, count, variant } = ground
    times(count, () => fresh(world, partition))
    const share = observer(ground)
    const unread = ahead(share)
    disturb(world, variant)
    sum.add('undelivered', 'liveness', groupPlace(share), visibleOf(world, unread))
    sum.add('stalled', 'liveness', groupPlace(share))
  }
}

/** Where nothing was sent twice, so that nothing is applied twice. */
const isUnused = (world: World, partition: Partition): boolean => world.sends.every(send => send.partition !== partition)

const withEffects = { effects: 'plain' } as const

const effectMissing: Planter = {
  anomaly: 'effect-missing',
  suits: isUnused,
  plant: ground => {
    const { world, sum, count, variant } = ground
    const share = readers(ground, { unread: 0, more: withEffects })
    const { group, owner } = share
    for (const { send } of share.deliveries.slice(-count)) {
      if (variant % 2 === 0) group.times.delete(send.id)
      else group.processed.set(send.id, tell(world, { event: 'processed', member: owner!.member, group: group.name, id: send.id, effect: 'failed' })['effect'] as string)
    }
    sum.add('effect-missing', levelOfWork(share), groupPlace(share), count)
  }
}

const effectRepeated: Planter = {
  anomaly: 'effect-repeated',
  suits: isUnused,
  plant: ground => {
    const { world, sum, count, variant } = ground
    const more = choose([withEffects, { effects: 'plain', commits: 'transactional' }, { effects: 'deduplicating' }] as const, variant)!
    const share = readers(ground, { unread: 0, more })
    const { group, partition } = share
    const recognises = variant % 3 === 2
    if (recognises) {
      // It is given a record again, and notices.
      handOver(world, share, share.deliveries.at(-1)!.offset, variant)
      readOn(world, share, ahead(share))
      sum.add('redelivered', 'information', groupPlace(share))
    }
    group.times.set(share.deliveries.at(-1)!.send.id, 1 + count)
    sum.add('effect-repeated', variant % 3 === 0 ? 'permitted' : 'violation', { ...groupPlace(share), partition: partition.number }, count)
  }
}

/** An `effect` line without a group speaks for every group that works. */
const effectMissingEverywhere: Planter = {
  anomaly: 'effect-missing (of every group)',
  suits: (world, partition) => isUnused(world, partition) && withoutReaders(world, partition),
  plant: ground => {
    const { world, sum } = ground
    const share = readers(ground, { unread: 0, more: withEffects })
    const { id } = share.deliveries.at(-1)!.send
    world.edits.push(lines => lines.map(line => (line.event === 'effect' && line['id'] === id ? { event: 'effect', id, times: 0 } : line)))
    sum.add('effect-missing', levelOfWork(share), groupPlace(share))
  }
}

export const crimesOfGroups: readonly Planter[] = [
  skipped, ownSkip, pollSkip, pollRewind, redelivered, resumeRewind, commitBeyondEnd, commitAhead, commitRegressed, dualOwner, unowned, undelivered, stalledGroup,
  effectMissing, effectMissingEverywhere, effectRepeated
]
