/** What the lines of consumers mean: who owned what, what was delivered, committed and done. */
import { marks, notKnown, type Move } from '../model/evidence.ts'
import { commitModes, commitOutcomes, isolationLevels, processedEffects, resetPolicies, seekReasons } from '../model/history.ts'
import type { Fields, Line } from './fields.ts'
import type { DeliveredRow, ProcessedRow } from './gathered-consumption.ts'
import type { GroupAndPartition } from './gathered-groups.ts'
import type { Gatherer } from './gatherer.ts'
import type { ReadLine } from './sending-lines.ts'

export const consumingLines = (read: Fields, gatherer: Gatherer): ReadonlyMap<string, ReadLine> => {
  const { groups, parties, records, transactions } = gatherer
  const groupOf = (line: Line): number => parties.groups.numberOf(read.name(line['group'], 'group'))
  const memberOf = (line: Line, group: number): number => parties.memberOf(read.name(line['member'], 'member'), group)
  const partitionOf = (line: Line): number => parties.partitions.numberOf({
    first: parties.topics.numberOf(read.name(line['topic'], 'topic')),
    second: read.integer(line['partition'], 'partition')
  })

  const move = (finish: (line: Line, start: { at: number, order: number, member: number }) => Move): ReadLine => (line, order) => {
    const at = read.integer(line['at'], 'at')
    const where: GroupAndPartition = { group: groupOf(line), partition: partitionOf(line) }
    groups.move(where, finish(line, { at, order, member: memberOf(line, where.group) }))
  }

  return new Map<string, ReadLine>([
    ['member', (line, order) => {
      read.integerOrNull(line['at'], 'at')
      parties.memberLine({
        order,
        member: memberOf(line, groupOf(line)),
        told: {
          isolation: read.optionalOneOf(isolationLevels, line['isolation'], 'isolation'),
          commits: read.optionalOneOf(commitModes, line['commits'], 'commits'),
          reset: read.optionalOneOf(resetPolicies, line['reset'], 'reset')
        }
      })
    }],
    ['assigned', move((line, start) => ({ kind: 'assigned', ...start, position: read.integerOrNull(line['position'], 'position') }))],
    ['revoked', move((_, start) => ({ kind: 'revoked', ...start }))],
    ['seek', move((line, start) => ({
      kind: 'seek',
      ...start,
      offset: read.integer(line['offset'], 'offset'),
      reason: read.optionalOneOf(seekReasons, line['reason'], 'reason')
    }))],
    ['delivered', readDelivered({ read, gatherer, groupOf, memberOf, partitionOf })],
    ['processed', readProcessed({ read, gatherer, groupOf, memberOf })],
    ['effect', (line, order) => {
      const group = read.optionalName(line['group'], 'group')
      groups.effect({
        order,
        record: records.ofName(read.name(line['id'], 'id')),
        times: read.integer(line['times'], 'times'),
        group: group === null ? notKnown : parties.groups.numberOf(group)
      })
    }],
    ['offset-commit', (line, order) => {
      const at = read.integer(line['at'], 'at')
      const group = groupOf(line)
      const transaction = read.optionalName(line['transaction'], 'transaction')
      groups.commit({
        order,
        at,
        group,
        until: read.integerOrNull(line['until'], 'until') ?? at,
        member: memberOf(line, group),
        partition: partitionOf(line),
        offset: read.integer(line['offset'], 'offset'),
        outcome: read.oneOf(commitOutcomes, line['outcome'], 'outcome'),
        transaction: transaction === null ? notKnown : transactions.numberOf(transaction)
      })
    }]
  ])
}

interface Reading {
  readonly read: Fields
  readonly gatherer: Gatherer
  readonly groupOf: (line: Line) => number
  readonly memberOf: (line: Line, group: number) => number
  readonly partitionOf: (line: Line) => number
}

const readDelivered = ({ read, gatherer, groupOf, memberOf, partitionOf }: Reading): ReadLine => {
  const row: DeliveredRow = {
    order: 0, at: 0, member: 0, group: 0, partition: 0, offset: 0, record: 0, attempt: 0, epoch: 0, marks: 0
  }

  return (line, order) => {
    row.order = order
    row.at = read.integer(line['at'], 'at')
    row.group = groupOf(line)
    row.member = memberOf(line, row.group)
    row.partition = partitionOf(line)
    row.offset = read.integer(line['offset'], 'offset')
    row.record = gatherer.records.ofName(read.name(line['id'], 'id'))
    row.attempt = read.optionalInteger(line['attempt'], 'attempt')
    row.epoch = read.optionalInteger(line['leaderEpoch'], 'leaderEpoch')
    row.marks = read.optionalBoolean(line['intact'], 'intact') === false ? marks.torn : 0
    gatherer.consumption.delivered(row)
  }
}

const readProcessed = ({ read, gatherer, groupOf, memberOf }: Omit<Reading, 'partitionOf'>): ReadLine => {
  const row: ProcessedRow = { at: 0, group: 0, record: 0, effect: 0 }

  return line => {
    row.at = read.integer(line['at'], 'at')
    row.group = groupOf(line)
    memberOf(line, row.group)
    row.record = gatherer.records.ofName(read.name(line['id'], 'id'))
    row.effect = processedEffects.indexOf(read.oneOf(processedEffects, line['effect'], 'effect'))
    gatherer.consumption.processed(row)
  }
}
