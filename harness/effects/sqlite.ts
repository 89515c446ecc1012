/** A store in a file of SQLite's: each statement is a transaction of its own. */
import { existsSync } from 'node:fs'
import type { EffectOf } from '../model/effect.ts'
import type { FilePlace, StoreKind, StoreSetting, StoreSteps } from './steps.ts'
import { connect, openStoreFile } from './store-file.ts'

const insert = 'INSERT INTO effects (record, topic, partition) VALUES (?, ?, ?)'

const open = async ({ place: { file }, owner, plan, now }: StoreSetting<FilePlace>): Promise<StoreSteps> => {
  const database = openStoreFile({ file, owner, plan })
  // Prepared when it is used: without a unique index SQLite refuses a statement that rests on one.
  const write = (statement: string) => ({ record, topic, partition }: EffectOf): boolean => Number(database.prepare(statement).run(record, topic, partition).changes) > 0
  const append = write(insert)
  const overwrite = write(`${insert} ON CONFLICT (record) DO UPDATE SET topic = excluded.topic, partition = excluded.partition`)
  const once = write(`${insert} ON CONFLICT (record) DO NOTHING`)
  const mark = database.prepare('INSERT INTO markers (record) VALUES (?) ON CONFLICT (record) DO NOTHING')
  const marked = database.prepare('SELECT record FROM markers WHERE record = ?')
  const lock = database.prepare('INSERT INTO locks (record, owner, until) VALUES (?, ?, ?) '
    + 'ON CONFLICT (record) DO UPDATE SET owner = excluded.owner, until = excluded.until WHERE until < ?')
  const unlock = database.prepare('DELETE FROM locks WHERE record = ? AND owner = ?')

  return {
    append: async of => { append(of) },
    overwrite: async of => { overwrite(of) },
    // The transaction is the statement alone: an open one would keep all other members from writing.
    appendOnce: async (of, work) => {
      await work()

      return once(of)
    },
    mark: async ({ record }) => Number(mark.run(record).changes) > 0,
    isMarked: async ({ record }) => marked.get(record) !== undefined,
    lock: async ({ record }, leaseMs) => Number(lock.run(record, owner, now() + leaseMs * 1000, now()).changes) > 0,
    unlock: async ({ record }) => { unlock.run(record, owner) },
    close: async () => { database.close() }
  }
}

export const sqlite: StoreKind<FilePlace> = {
  open,
  count: async ({ file }, visit) => {
    if (!existsSync(file)) return 0

    const database = connect(file)
    let records = 0
    try {
      for (const row of database.prepare('SELECT record, topic, partition, COUNT(*) AS times FROM effects GROUP BY record ORDER BY record').iterate()) {
        visit({ record: Number(row['record']), topic: String(row['topic']), partition: Number(row['partition']), times: Number(row['times']) })
        records += 1
      }
    } finally {
      database.close()
    }

    return records
  }
}
