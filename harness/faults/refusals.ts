/** The refusal of a fault that makes no sense, or could not be proven, before any cluster is started for it. */
import { UsageError } from '../model/errors.ts'

/** Throws a UsageError with the sentence, which names the fault, the option and the value. */
export const refuseUnless = (sensible: boolean, sentence: string): void => {
  if (!sensible) throw new UsageError({ happened: `${sentence}.`, next: 'Correct the experiment\'s `nemesis`.' })
}
