/** Tiny programs that speak the protocol of one's own client, well or badly, without any Kafka. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../temporary-folder.ts'

/** What every program has: a greeting, and a function for each line that it is sent. */
const frame = (greeting: string, body: string): string => `#!${process.execPath}
const { createInterface } = require('node:readline')
const { writeFileSync } = require('node:fs')
const say = line => process.stdout.write((typeof line === 'string' ? line : JSON.stringify(line)) + '\\n')
${greeting}
let sends = 0
createInterface({ input: process.stdin }).on('line', text => {
  const line = JSON.parse(text)
  const answer = more => say({ answer: line.number, ...more })
  ${body}
})
`

const greeting = 'say({ hello: { client: "tiny", version: "1.0", rebalanceProtocols: ["classic"] } })'
const acknowledging = 'if (line.open) answer({}); if (line.send) { answer({ outcome: "acknowledged", baseOffset: sends }); sends += line.send.length }'

const bodies = {
  'well-behaved': acknowledging,
  'crashes': 'if (line.open) answer({}); if (line.send) process.exit(3)',
  'hangs': 'if (line.open) answer({})',
  'talks nonsense': `if (line.send) { say('debug: sending'); say({ what: 1 }); say([1]) }; ${acknowledging}`,
  'answers what was not asked': `if (line.send) { say({ answer: 999, outcome: 'acknowledged', baseOffset: 7 }) }; ${acknowledging}; if (line.send) answer({ outcome: 'rejected' })`,
  'floods': 'if (line.open) answer({}); if (line.send) for (let count = 0; count < 5000; count += 1) say("x".repeat(100))',
  'says no outcome': 'if (line.open) answer({}); if (line.send) answer({ outcome: "sent", baseOffset: -1 })',
  'refuses': 'if (line.open) answer({ error: "no such broker" })',
  'tells its process': `if (line.open) { writeFileSync(process.argv[1] + '.pid', String(process.pid)); answer({}) }; process.stdin.on('end', () => setInterval(() => {}, 1000)); ${acknowledging.replace('if (line.open) answer({});', '')}`,
  'reads': `if (line.open) {
    say({ assigned: [{ topic: 'orders', partition: 0, position: 5 }, { topic: 'orders', partition: 1 }] }); answer({})
    say({ batch: { topic: 'orders', partition: 0, records: [{ offset: 5, leaderEpoch: 2, value: Buffer.from('a').toString('base64') }, { offset: 6, value: '' }] } })
  }
  if (line.commit) answer({ outcome: line.commit.offset === 7 ? 'acknowledged' : 'rejected', error: 'no' })
  if (line.done && line.done.partition === 0) say({ batch: { topic: 'orders', partition: 1, records: [{ offset: line.done.next, value: 'Yg==' }] } })
  if (line.done && line.done.partition === 1) { say({ seek: { topic: 'orders', partition: 1, offset: 20 } }); say({ committed: { topic: 'orders', partition: 1, offset: 8, beganMsAgo: 3, outcome: 'indeterminate' } }); say({ revoked: [{ topic: 'orders', partition: 0 }] }) }`,
  'reads what is not its own': 'if (line.open) { answer({}); say({ batch: { topic: "orders", partition: 0, records: [{ offset: 0, value: "" }] } }) }'
} as const

/** The path of a program that behaves so. */
export const programThat = (behaviour: keyof typeof bodies): string => written(frame(greeting, bodies[behaviour]))

/** One that prints this at first, or nothing. */
export const programGreeting = (line: string): string => written(frame(line === '' ? '' : `say(${JSON.stringify(line)})`, acknowledging))

const written = (text: string): string => {
  const path = join(temporaryFolder(), 'client.cjs')
  writeFileSync(path, text, { mode: 0o755 })

  return path
}
