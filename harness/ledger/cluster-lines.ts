/** What the lines about the cluster mean: topics, leaders, faults, and what the audits read. */
import { marks } from '../model/evidence.ts'
import { faultPhases, isolationLevels } from '../model/history.ts'
import type { Fields, Line } from './fields.ts'
import type { LoggedRow } from './gathered-logs.ts'
import type { Gatherer } from './gatherer.ts'
import type { ReadLine } from './sending-lines.ts'

export const clusterLines = (read: Fields, gatherer: Gatherer): ReadonlyMap<string, ReadLine> => {
  const { parties, audits } = gatherer
  const topicOf = (line: Line): number => parties.topics.numberOf(read.name(line['topic'], 'topic'))
  const partitionOf = (line: Line): number =>
    parties.partitions.numberOf({ first: topicOf(line), second: read.integer(line['partition'], 'partition') })

  return new Map<string, ReadLine>([
    ['topic', (line, order) => {
      parties.topicLine({
        order,
        topic: topicOf(line),
        told: {
          partitions: read.integer(line['partitions'], 'partitions'),
          replicas: read.integerOrNull(line['replicas'], 'replicas'),
          minInsyncReplicas: read.integerOrNull(line['minInsyncReplicas'], 'minInsyncReplicas'),
          uncleanLeaderElection: read.optionalBoolean(line['uncleanLeaderElection'], 'uncleanLeaderElection'),
          cleanupPolicy: read.optionalName(line['cleanupPolicy'], 'cleanupPolicy'),
          flushed: read.optionalBoolean(line['flushed'], 'flushed')
        }
      })
    }],
    ['leader', (line, order) => {
      read.integers(line['isr'], 'isr')
      gatherer.leader({
        order,
        at: read.integer(line['at'], 'at'),
        partition: partitionOf(line),
        leader: read.integer(line['leader'], 'leader'),
        epoch: read.integerOrNull(line['epoch'], 'epoch')
      })
    }],
    ['fault', (line, order) => {
      read.optionalName(line['whom'], 'whom')
      gatherer.fault({
        order,
        at: read.integer(line['at'], 'at'),
        fault: read.name(line['fault'], 'fault'),
        phase: read.oneOf(faultPhases, line['phase'], 'phase'),
        what: read.optionalName(line['what'], 'what'),
        brokers: read.integers(line['brokers'], 'brokers'),
        evidence: read.evidence(line['evidence'], 'evidence')
      })
    }],
    ['audit', (line, order) => {
      audits.audit({
        order,
        partition: partitionOf(line),
        replica: read.optionalInteger(line['replica'], 'replica'),
        logStart: read.integer(line['logStart'], 'logStart'),
        logEnd: read.integer(line['logEnd'], 'logEnd'),
        complete: read.boolean(line['complete'], 'complete'),
        isolation: read.optionalOneOf(isolationLevels, line['isolation'], 'isolation') ?? 'read_uncommitted',
        lastStable: read.integerOrNull(line['lastStable'], 'lastStable'),
        foreign: read.integerOrNull(line['foreign'], 'foreign') ?? 0
      })
    }],
    ['logged', readLogged({ read, gatherer, partitionOf })]
  ])
}

interface Reading {
  readonly read: Fields
  readonly gatherer: Gatherer
  readonly partitionOf: (line: Line) => number
}

const readLogged = ({ read, gatherer, partitionOf }: Reading): ReadLine => {
  const row: LoggedRow = { order: 0, partition: 0, replica: 0, offset: 0, record: 0, attempt: 0, epoch: 0, marks: 0 }

  return (line, order) => {
    row.order = order
    row.partition = partitionOf(line)
    row.replica = read.optionalInteger(line['replica'], 'replica')
    row.offset = read.integer(line['offset'], 'offset')
    row.record = gatherer.records.ofName(read.name(line['id'], 'id'))
    row.attempt = read.optionalInteger(line['attempt'], 'attempt')
    row.epoch = read.optionalInteger(line['leaderEpoch'], 'leaderEpoch')
    const committed = read.optionalBoolean(line['committed'], 'committed')
    const torn = read.optionalBoolean(line['intact'], 'intact') === false ? marks.torn : 0
    row.marks = torn | (committed === null ? 0 : committed ? marks.committed : marks.uncommitted)
    gatherer.logs.logged(row)
  }
}
