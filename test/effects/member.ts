/** A member's process for the test of its death: applies one effect after the other, tells each that is done, and is killed some time. */
import { writeSync } from 'node:fs'
import { setImmediate as laterTurn } from 'node:timers/promises'
import { openEffectStore } from '../../harness/effects/store.ts'
import { recordNumber } from '../../harness/model/record-number.ts'

const [file = '', owner = '1'] = process.argv.slice(2)
const store = openEffectStore({ file, owner, plan: { kind: 'naive' }, now: () => 0 })
const application = { work: async () => undefined, wait: async () => undefined }

for (let sequence = 0; ; sequence += 1) {
  const record = recordNumber({ producer: Number(owner), incarnation: 1, sequence })
  await store.apply({ record, topic: 'orders', partition: 0 }, application)
  writeSync(1, `${record}\n`)
  await laterTurn()
}
