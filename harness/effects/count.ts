/** What a store holds in the end: how often each record's effect is in it. */
import { existsSync } from 'node:fs'
import type { CountedEffect } from '../model/effect.ts'
import { connect } from './store-file.ts'

/** Calls for each record that has any effect, and answers how many have; 0 also where no member came to open the store. */
export const countEffects = (file: string, visit: (counted: CountedEffect) => void): number => {
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
