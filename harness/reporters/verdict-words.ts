/** Verdicts as people read them: the word, how it feels, and what it means for whoever has to act on it. */
import type { Verdict } from '../model/judgement.ts'
import type { Paint } from './paint.ts'

interface VerdictWords {
  readonly word: string
  readonly tone: 'good' | 'bad' | 'doubtful'
  /** What it means. */
  readonly meaning: string
  /** What to do next; nothing where the claim was upheld. */
  readonly next: string | undefined
}

export const verdictWords: Readonly<Record<Verdict, VerdictWords>> = {
  'upheld': {
    word: 'UPHELD',
    tone: 'good',
    meaning: 'Everything claimed was shown, and the faults provably bit.',
    next: undefined
  },
  'refuted': {
    word: 'REFUTED',
    tone: 'bad',
    meaning: 'The claim does not hold.',
    next: 'Repeat it with the command below; if it comes back, read the findings in the report.'
  },
  'invalid': {
    word: 'INVALID',
    tone: 'doubtful',
    meaning: 'The harness cannot vouch for itself: its verifier missed anomalies that were planted. Nothing here says anything about Kafka.',
    next: 'Keep the folder and report it as a bug of Ackproof.'
  },
  'vacuous': {
    word: 'VACUOUS',
    tone: 'doubtful',
    meaning: 'Nothing was shown: a fault did not provably bite, or too little work met it.',
    next: 'Read the evidence of the faults above, then let the load run longer or the fault last longer.'
  },
  'inconclusive': {
    word: 'INCONCLUSIVE',
    tone: 'doubtful',
    meaning: 'The evidence is incomplete, so nothing is said either way.',
    next: 'Repeat it with the command below, with a longer --timeout if the time ran out.'
  },
  'stalled': {
    word: 'STALLED',
    tone: 'bad',
    meaning: 'Nothing acknowledged was lost, but something never moved again.',
    next: 'Look at the partitions and groups named above, and at the brokers\' logs in the report\'s folder.'
  },
  'objective-missed': {
    word: 'OBJECTIVE MISSED',
    tone: 'bad',
    meaning: 'Nothing acknowledged was lost and everything moved again, but not in time.',
    next: 'Compare the recovery times above with the objective, and with earlier runs.'
  }
}

/** `UPHELD`, `UPHELD (control)`. */
export const verdictTitle = (verdict: Verdict, { control }: { readonly control: boolean }): string =>
  verdictWords[verdict].word + (control ? ' (control)' : '')

export const paintVerdict = (paint: Paint, verdict: Verdict, text: string): string => paint[verdictWords[verdict].tone](text)
