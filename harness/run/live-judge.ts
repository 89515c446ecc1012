/**
 * Judges a run while it goes on, as far as something is certain already: copies from the ledger's tail, losses from what each new
 * leader's log lacks. Each is told at once, with what the contract says of it and whether a control expects it; the first that refutes
 * the claim is handed on, for a run that is to end there. What it says adds nothing to the evidence: the judges at the end see it all anew,
 * and where they do not find it the evidence contradicts itself.
 */
import { certainCopies, certainLosses, type LiveContract, type LiveFinding } from '../checkers/index.ts'
import type { LedgerTail } from '../ledger/tail.ts'
import { expectsFinding, type Experiment } from '../model/experiment.ts'
import type { Judgement } from '../model/judgement.ts'
import type { Metadata, PartitionState } from '../model/metadata.ts'
import { watchTruncation, type TruncationSetting } from './live-truncation.ts'
import { witnessesOf } from './live-witnesses.ts'
import { speaksOf } from './expectations.ts'
import { refutationBy } from './verdict.ts'
import type { Agreement } from './watch-leaders.ts'

export interface LiveJudge {
  /** Looks at what has been counted. */
  readonly look: () => void
  readonly changed: (now: PartitionState, agreed: Agreement | undefined) => void
  readonly stop: () => Promise<void>
}

export interface LiveJudgeSetting {
  readonly tail: Pick<LedgerTail, 'poll' | 'copies' | 'acknowledgedBeyond' | 'hasTransactions'>
  readonly metadata: Pick<Metadata, 'epochEnd'>
  readonly claim: Pick<Experiment, 'checkers' | 'expects'>
  /** By topic; of a topic that is not here nothing is said. */
  readonly contracts: ReadonlyMap<string, LiveContract>
  /** Microseconds since the run began. */
  readonly now: () => number
  readonly tell: (sentence: string) => void
  /** Called at each finding that refutes the claim, and again when it has grown. */
  readonly refuted: (finding: LiveFinding) => void
  /** Live judging came to an end by an error of its own. */
  readonly failed: (error: unknown) => void
  readonly waiting?: TruncationSetting['waiting']
}

/** A count that grows is told again, but not more often. */
const tellAgainAfterUs = 5_000_000

export const judgeLive = (setting: LiveJudgeSetting): LiveJudge => {
  const { tail, contracts, refuted } = setting
  const copiesTold = new Map<string, { readonly count: number, readonly at: number }>()

  const tell = (finding: LiveFinding): void => {
    const { refutes, sentence } = weighLive(finding, setting.claim)
    setting.tell(sentence)
    if (refutes) refuted(finding)
  }
  const tellCopies = (finding: LiveFinding, group: string): void => {
    const key = `${group} ${finding.partition} ${finding.level}`
    const told = copiesTold.get(key)
    if (told !== undefined && (told.count === finding.count || setting.now() - told.at < tellAgainAfterUs)) return
    copiesTold.set(key, { count: finding.count, at: setting.now() })
    tell(finding)
  }
  const truncation = watchTruncation({
    ...setting,
    found: (cut, topic) => {
      const contract = contracts.get(topic)
      if (contract !== undefined) certainLosses(cut, contract).forEach(tell)
    }
  })

  return {
    look: () => {
      for (const { topic, partition, witnesses, ...copies } of tail.copies()) {
        const contract = contracts.get(topic)
        const name = `${topic}-${partition}`
        if (contract === undefined) continue
        for (const finding of certainCopies({ ...copies, partition: name, witnesses: witnessesOf(witnesses), transactions: tail.hasTransactions(name) }, contract)) {
          tellCopies(finding, copies.group)
        }
      }
    },
    changed: truncation.changed,
    stop: truncation.stop
  }
}

/**
 * What was certain while the run went on, and the judgement does not show: no such evidence can be believed. A copy that is gone has
 * vanished; what was not audited has a finding that says so. A finding that is graver than what was certain shows it too, a milder one
 * does not.
 */
export const contradictions = (certain: readonly LiveFinding[], { findings }: Pick<Judgement, 'findings'>): readonly string[] =>
  certain.filter(({ anomalies, level: certainly, partition: name }) => !findings.some(({ anomaly, level, topic, partition }) =>
    (anomaly === 'inconclusive' || ([...anomalies, 'vanished'].includes(anomaly) && (level === 'violation' || level === certainly))) && (topic === null || partition === null || `${topic}-${partition}` === name)))
    .map(({ text }) => `The evidence contradicts itself: while the run went on it was certain that ${text}; the judgement does not show it.`)

/** Whether a finding refutes the claim whatever the judgement will call it, and how it is told. */
export const weighLive = ({ anomalies, level, text, contract }: LiveFinding, { checkers, expects }: LiveJudgeSetting['claim']): { readonly refutes: boolean, readonly sentence: string } => {
  const demanded = new Set(checkers.flatMap(checker => checker.anomalies))
  // What a control hides from its own audit it does not lose.
  const shown = (expects ?? []).filter(expectsFinding).filter(({ among }) => among !== 'hidden')
  const isExpected = shown.some(expectation => speaksOf(expectation, { anomaly: anomalies[0], level }))
  const refutes = !isExpected && anomalies.every(anomaly => refutationBy({ anomaly, level }, { control: expects !== undefined, demanded, expects: shown }) !== undefined)
  const word = isExpected ? '; this control expects it' : refutes ? ', and the claim demands that there is none' : ''

  return {
    refutes,
    sentence: level === 'violation'
      ? `${text}. The contract forbids it (${contract})${isExpected ? word : ''}.`
      : `${text}. The contract permits it (${contract})${word}.`
  }
}
