/** The refusal of a nemesis that makes no sense, before anything is drawn from it. */
import { UsageError } from '../model/errors.ts'

/** Throws a UsageError with the sentence, which names the word and the value. */
export const refuseUnless = (sensible: boolean, sentence: string): void => {
  if (!sensible) throw new UsageError({ happened: `${sentence}.`, next: 'Correct the experiment\'s `nemesis`.' })
}
