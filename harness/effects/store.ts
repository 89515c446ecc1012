/**
 * A store as one member's process sees it. Each way to apply an effect is a few lines, and each statement a transaction of its own:
 * that a record's guard and its effect are one statement, or two, is all the difference.
 */
import type { DatabaseSync } from 'node:sqlite'
import type { EffectOf, EffectStore } from '../model/effect.ts'
import { openStoreFile, type StoreFile } from './store-file.ts'

export interface StoreSetting extends StoreFile {
  /** Microseconds since the run began: the same for all processes. */
  readonly now: () => number
}

type Apply = EffectStore['apply']

export const openEffectStore = (setting: StoreSetting): EffectStore => {
  const database = openStoreFile(setting)

  return { apply: applying(database, setting), close: () => { database.close() } }
}

const applying = (database: DatabaseSync, { plan, owner, now }: StoreSetting): Apply => {
  switch (plan.kind) {
    case 'insert-once': return insertingOnce(database)
    case 'upsert': return upserting(database)
    case 'seen-check': return plan.marker === 'before' ? markingBefore(database) : markingAfter(database)
    case 'lock-only': return locking(database, { owner, now, leaseMs: plan.leaseMs })
    case 'naive': return applyingAlways(database)
  }
}

const insert = 'INSERT INTO effects (record, topic, partition) VALUES (?, ?, ?)'

/** True if it changed anything. */
type Write = (of: EffectOf) => boolean

const writing = (database: DatabaseSync, statement: string): Write => {
  const prepared = database.prepare(statement)

  return ({ record, topic, partition }) => Number(prepared.run(record, topic, partition).changes) > 0
}

const insertingOnce = (database: DatabaseSync): Apply => {
  const write = writing(database, `${insert} ON CONFLICT (record) DO NOTHING`)

  return async (of, { work }) => {
    await work()

    return write(of) ? 'applied' : 'recognised'
  }
}

const upserting = (database: DatabaseSync): Apply => {
  const write = writing(database, `${insert} ON CONFLICT (record) DO UPDATE SET topic = excluded.topic, partition = excluded.partition`)

  return async (of, { work }) => {
    await work()
    write(of)

    return 'applied'
  }
}

const applyingAlways = (database: DatabaseSync): Apply => {
  const write = writing(database, insert)

  return async (of, { work }) => {
    await work()
    write(of)

    return 'applied'
  }
}

const markingBefore = (database: DatabaseSync): Apply => {
  const write = writing(database, insert)
  const mark = database.prepare('INSERT INTO markers (record) VALUES (?) ON CONFLICT (record) DO NOTHING')

  return async (of, { work }) => {
    if (Number(mark.run(of.record).changes) === 0) return 'recognised'
    await work()
    write(of)

    return 'applied'
  }
}

const markingAfter = (database: DatabaseSync): Apply => {
  const write = writing(database, insert)
  const mark = database.prepare('INSERT INTO markers (record) VALUES (?) ON CONFLICT (record) DO NOTHING')
  const marked = database.prepare('SELECT record FROM markers WHERE record = ?')

  return async (of, { work }) => {
    if (marked.get(of.record) !== undefined) return 'recognised'
    write(of)
    await work()
    mark.run(of.record)

    return 'applied'
  }
}

interface Locking extends Pick<StoreSetting, 'owner' | 'now'> {
  readonly leaseMs: number
}

const askAgainMs = 20

const locking = (database: DatabaseSync, { owner, now, leaseMs }: Locking): Apply => {
  const write = writing(database, insert)
  const lock = database.prepare('INSERT INTO locks (record, owner, until) VALUES (?, ?, ?) '
    + 'ON CONFLICT (record) DO UPDATE SET owner = excluded.owner, until = excluded.until WHERE until < ?')
  const unlock = database.prepare('DELETE FROM locks WHERE record = ? AND owner = ?')
  const taken = ({ record }: EffectOf): boolean => Number(lock.run(record, owner, now() + leaseMs * 1000, now()).changes) > 0

  return async (of, { work, wait }) => {
    // It ends: a lease does.
    while (!taken(of)) await wait(askAgainMs)
    await work()
    write(of)
    unlock.run(of.record, owner)

    return 'applied'
  }
}
