/** Stories for machines: plain data, as `ackproof explain --json` prints it. */
import type { RecordStory, RunStory } from '../model/story.ts'

/** `explain RUN ID`: the source, and the whole story. */
export const recordData = ({ source, startedAt, story }: RecordStory): object => ({ source, startedAt, ...story })

/** `explain RUN`: the verdict, the findings as the judgement has them, and what happened to their first witnesses. */
export const runData = ({ source, startedAt, experiment, claim, control, verdict, reasons, judgement, stories }: RunStory): object => ({
  source, startedAt, experiment, claim, control, verdict, reasons,
  findings: judgement.findings,
  records: [...stories.values()].map(({ id, places, remarks }) => ({ id, places, remarks }))
})
