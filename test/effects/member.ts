/**
 * A member's process for the tests of its death: applies one effect after the other, and tells each that is done, until it is killed
 * some time. `in mid-work`: it tells that it works on the first record, and never comes to an end of it.
 */
import { writeSync } from 'node:fs'
import { setImmediate as laterTurn } from 'node:timers/promises'
import type { StorePlace } from '../../harness/effects/steps.ts'
import { openEffectStore } from '../../harness/effects/store.ts'
import type { EffectPlan } from '../../harness/model/effect.ts'
import { recordNumber } from '../../harness/model/record-number.ts'

const [place = '', plan = '', owner = '1', when] = process.argv.slice(2)
const store = await openEffectStore({ place: JSON.parse(place) as StorePlace, owner, plan: JSON.parse(plan) as EffectPlan, now: () => 0 })
const endless = (): Promise<void> => {
  writeSync(1, 'works\n')
  // What keeps the process alive.
  setInterval(() => undefined, 1000)

  return new Promise(() => undefined)
}
const application = { work: when === 'in mid-work' ? endless : async () => undefined, wait: async () => undefined }

for (let sequence = 0; ; sequence += 1) {
  const record = recordNumber({ producer: Number(owner), incarnation: 1, sequence })
  await store.apply({ record, topic: 'orders', partition: 0 }, application)
  writeSync(1, `${record}\n`)
  await laterTurn()
}
