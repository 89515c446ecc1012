/**
 * The file of a store: one SQLite database a group, which the processes of all its members have open at once. It is in WAL mode, so
 * that a process killed in the middle of a transaction leaves nothing of it behind. `synchronous` is off: nothing is flushed to the
 * disk, which only a death of the whole machine could lose. What SQLite has written is in the operating system's hands, and these
 * outlive the process that wrote.
 */
import { linkSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { EffectPlan } from '../model/effect.ts'

/** A member that stands still in a transaction holds up the others: longer than a fault lasts. */
const lockedMs = 60_000

export interface StoreFile {
  readonly file: string
  /** Whoever opens it: a name that no other process bears at the same time. */
  readonly owner: string
  readonly plan: EffectPlan
}

/** Opens the store; the first process to come creates it. */
export const openStoreFile = ({ file, owner, plan }: StoreFile): DatabaseSync => {
  create({ file, owner, plan })

  return connect(file)
}

export const connect = (file: string): DatabaseSync => {
  const database = new DatabaseSync(file, { timeout: lockedMs })
  database.exec('PRAGMA synchronous = OFF')

  return database
}

/** Made aside and put in place whole: two processes that turn one file to WAL at once may be refused. */
const create = ({ file, owner, plan }: StoreFile): void => {
  const own = `${file}.of-${owner}`
  mkdirSync(dirname(file), { recursive: true })
  rmSync(own, { force: true })
  const database = new DatabaseSync(own)
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('CREATE TABLE effects (record INTEGER NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL)')
  database.exec(`CREATE ${isUnique(plan) ? 'UNIQUE ' : ''}INDEX of_record ON effects (record)`)
  database.exec('CREATE TABLE markers (record INTEGER PRIMARY KEY)')
  database.exec('CREATE TABLE locks (record INTEGER PRIMARY KEY, owner TEXT NOT NULL, until INTEGER NOT NULL)')
  database.close()
  try {
    linkSync(own, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(own, { force: true })
  }
}

const isUnique = ({ kind }: EffectPlan): boolean => kind === 'insert-once' || kind === 'upsert'
