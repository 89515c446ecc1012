/**
 * A store in PostgreSQL: a schema a group. The unique key and the effect are two statements of one transaction, with the work in
 * between, so that the server itself takes back what a dead member had begun. Until it has done so, who comes for the same record waits.
 */
import { Pool, type PoolClient } from 'pg'
import type { EffectOf } from '../model/effect.ts'
import type { ServiceAddress } from '../model/service.ts'
import { partName } from './part-name.ts'
import type { ServerPlace, StoreKind, StoreSetting, StoreSteps } from './steps.ts'
import { untilNobodyElseIs } from './waiting.ts'

const connectWithinMs = 10_000

const connect = (address: ServiceAddress, schema = 'public'): Pool => {
  const pool = new Pool({
    host: address.host, port: address.port, user: 'postgres', database: 'postgres', ssl: false, max: 4, connectionTimeoutMillis: connectWithinMs,
    options: `-c search_path=${schema}`
  })
  // Of a connection that nobody uses: whoever wants the next one hears of it.
  pool.on('error', () => undefined)

  return pool
}

/** One at a time: two that create one thing at once may be refused. The whole string is one transaction. */
const create = async (pool: Pool, schema: string, unique: boolean): Promise<void> => {
  await pool.query(`
    SELECT pg_advisory_xact_lock(1);
    CREATE SCHEMA IF NOT EXISTS ${schema};
    CREATE TABLE IF NOT EXISTS effects (record BIGINT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL);
    CREATE ${unique ? 'UNIQUE ' : ''}INDEX IF NOT EXISTS of_record ON effects (record);
    CREATE TABLE IF NOT EXISTS markers (record BIGINT PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS locks (record BIGINT PRIMARY KEY, owner TEXT NOT NULL, until TIMESTAMPTZ NOT NULL)`)
}

const insert = 'INSERT INTO effects (record, topic, partition) VALUES ($1, $2, $3)'
const overwrite = `${insert} ON CONFLICT (record) DO UPDATE SET topic = excluded.topic, partition = excluded.partition`
const mark = 'INSERT INTO markers (record) VALUES ($1) ON CONFLICT (record) DO NOTHING'
const marked = 'SELECT record FROM markers WHERE record = $1'
const lock = `INSERT INTO locks (record, owner, until) VALUES ($1, $2, clock_timestamp() + $3 * INTERVAL '1 millisecond')
  ON CONFLICT (record) DO UPDATE SET owner = excluded.owner, until = excluded.until WHERE locks.until < clock_timestamp()`
const unlock = 'DELETE FROM locks WHERE record = $1 AND owner = $2'

const open = async ({ place: { address, group }, owner, plan: { kind } }: StoreSetting<ServerPlace>): Promise<StoreSteps> => {
  const pool = connect(address, partName(group))
  try {
    await create(pool, partName(group), kind === 'upsert')
  } catch (error) {
    await pool.end()
    throw error
  }
  const changes = async (statement: string, ...values: readonly (string | number)[]): Promise<boolean> => {
    const { rowCount } = await pool.query(statement, [...values])

    return (rowCount ?? 0) > 0
  }

  return {
    append: async ({ record, topic, partition }) => { await changes(insert, record, topic, partition) },
    overwrite: async ({ record, topic, partition }) => { await changes(overwrite, record, topic, partition) },
    appendOnce: (of, work) => withClient(pool, client => inTransaction(client, of, work)),
    mark: ({ record }) => changes(mark, record),
    isMarked: ({ record }) => changes(marked, record),
    lock: ({ record }, leaseMs) => changes(lock, record, owner, leaseMs),
    unlock: async ({ record }) => { await changes(unlock, record, owner) },
    close: () => pool.end()
  }
}

/** A connection of one's own. One on which anything failed is not used again: that also takes back its transaction. */
const withClient = async <Value>(pool: Pool, use: (client: PoolClient) => Promise<Value>): Promise<Value> => {
  const client = await pool.connect()
  let failed = true
  try {
    const value = await use(client)
    failed = false

    return value
  } finally {
    client.release(failed)
  }
}

const inTransaction = async (client: PoolClient, { record, topic, partition }: EffectOf, work: () => Promise<void>): Promise<boolean> => {
  await client.query('BEGIN')
  const { rowCount } = await client.query(mark, [record])
  if (rowCount === 0) {
    await client.query('ROLLBACK')

    return false
  }
  await work()
  await client.query(insert, [record, topic, partition])
  await client.query('COMMIT')

  return true
}

const atOnce = 10_000
const page = `SELECT record, MIN(topic) AS topic, MIN(partition) AS partition, COUNT(*) AS times FROM effects
  WHERE record > $1 GROUP BY record ORDER BY record LIMIT ${atOnce}`
const others = `SELECT COUNT(*) AS others FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`

interface Row {
  readonly record: string
  readonly topic: string
  readonly partition: number
  readonly times: string
}

export const postgresql: StoreKind<ServerPlace> = {
  open,
  count: async ({ address, group }, visit) => {
    const pool = connect(address, partName(group))
    try {
      return await withClient(pool, async client => {
        await untilNobodyElseIs(async () => Number((await client.query<{ others: string }>(others)).rows[0]?.others))
        const { rows: [found] } = await client.query<{ there: boolean }>(`SELECT to_regclass('effects') IS NOT NULL AS there`)
        if (found?.there !== true) return 0
        let records = 0
        for (let last = -1, full = true; full;) {
          const { rows } = await client.query<Row>(page, [last])
          for (const { record, topic, partition, times } of rows) visit({ record: Number(record), topic, partition, times: Number(times) })
          records += rows.length
          last = Number(rows.at(-1)?.record)
          full = rows.length === atOnce
        }

        return records
      })
    } finally {
      await pool.end()
    }
  }
}

/** Rejects where it does not answer. */
export const postgresqlVersion = async (address: ServiceAddress): Promise<string> => {
  const pool = connect(address)
  try {
    const { rows: [row] } = await pool.query<{ server_version: string }>('SHOW server_version')

    return `PostgreSQL ${row?.server_version.split(' ')[0] ?? ''}`
  } finally {
    await pool.end()
  }
}
