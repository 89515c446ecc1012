/** Whose death was noticed though nobody took over what they owned: what a run's claim and its groups say of it. */
import type { Experiment } from '../model/experiment.ts'
import { clientName, type ClientPlan } from '../model/workload.ts'

/**
 * Members whose partitions nobody need take over while they are dead, for their death to have been noticed: those whose return is what the
 * claim is about. Where nobody is left of their group, nobody can: that is seen in the evidence (`killed-members.ts`).
 */
export const awaitedMembers = (clients: readonly ClientPlan[], experiment: Pick<Experiment, 'checkers' | 'expects'>): readonly string[] =>
  clients.filter(plan => plan.kind === 'member' && (plan.membership === 'static' || asksForReturns(experiment))).map(clientName)

const asksForReturns = ({ checkers, expects = [] }: Pick<Experiment, 'checkers' | 'expects'>): boolean =>
  othersMustStay({ checkers }) || expects.some(expectation => 'outcome' in expectation && expectation.outcome === 'others-moved')

export const othersMustStay = ({ checkers }: Pick<Experiment, 'checkers'>): boolean => checkers.some(checker => checker.othersKeepPartitions === true)
