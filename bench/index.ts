/**
 * `npm run bench [name ...]`: measures, prints, and writes `results/<name>.json` with the machine's description. Nothing here is
 * asserted: a figure is told, and a reader judges it.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { measureBacklog } from './backlog.ts'
import { measureBoot } from './boot.ts'
import { measureClients } from './clients.ts'
import { measureDrill } from './drill.ts'
import { measureJudge } from './judge.ts'
import { describeMachine } from './machine.ts'
import { measurePartitions } from './partitions.ts'
import { measureTail } from './tail.ts'
import { measureThroughput } from './throughput.ts'

const benches: Readonly<Record<string, () => Promise<Readonly<Record<string, unknown>>>>> = {
  backlog: measureBacklog,
  boot: measureBoot,
  clients: measureClients,
  drill: measureDrill,
  judge: measureJudge,
  partitions: measurePartitions,
  tail: measureTail,
  throughput: measureThroughput
}

const results = join(import.meta.dirname, 'results')
const asked = process.argv.slice(2)
const unknown = asked.filter(name => benches[name] === undefined)
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; there is ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}

mkdirSync(results, { recursive: true })
for (const [name, measure] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const machine = describeMachine()
  const figures = { name, at: new Date().toISOString(), machine, ...await measure() }
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify(figures, undefined, 2)}\n`)
  console.log(JSON.stringify(figures, undefined, 2))
}
process.exit(0)
