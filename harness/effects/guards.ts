/** The guards, in the steps of a store: that a record's guard and its effect are one step, or two, is all the difference. */
import type { EffectPlan, EffectStore } from '../model/effect.ts'
import type { StoreSteps } from './steps.ts'

type Apply = EffectStore['apply']

export const guardedBy = (plan: EffectPlan, steps: StoreSteps): Apply => {
  switch (plan.kind) {
    case 'insert-once': return insertingOnce(steps)
    case 'upsert': return upserting(steps)
    case 'seen-check': return plan.marker === 'before' ? markingBefore(steps) : markingAfter(steps)
    case 'lock-only': return locking(steps, plan.leaseMs)
    case 'naive': return applyingAlways(steps)
  }
}

const insertingOnce = ({ appendOnce }: StoreSteps): Apply => async (of, { work }) => await appendOnce(of, work) ? 'applied' : 'recognised'

const upserting = ({ overwrite }: StoreSteps): Apply => async (of, { work }) => {
  await work()
  await overwrite(of)

  return 'applied'
}

const applyingAlways = ({ append }: StoreSteps): Apply => async (of, { work }) => {
  await work()
  await append(of)

  return 'applied'
}

const markingBefore = ({ mark, append }: StoreSteps): Apply => async (of, { work }) => {
  if (!(await mark(of))) return 'recognised'
  await work()
  await append(of)

  return 'applied'
}

const markingAfter = ({ isMarked, append, mark }: StoreSteps): Apply => async (of, { work }) => {
  if (await isMarked(of)) return 'recognised'
  await append(of)
  await work()
  await mark(of)

  return 'applied'
}

const askAgainMs = 20

const locking = ({ lock, append, unlock }: StoreSteps, leaseMs: number): Apply => async (of, { work, wait }) => {
  // It ends: a lease does.
  while (!(await lock(of, leaseMs))) await wait(askAgainMs)
  await work()
  await append(of)
  await unlock(of)

  return 'applied'
}
