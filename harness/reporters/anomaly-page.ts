/** Where a person can read about an anomaly: a page of the documentation, which the package holds. */
import type { Anomaly } from '../model/judgement.ts'

/** `docs/anomalies/lost.md`, from the root of the package. */
export const anomalyPage = (anomaly: Anomaly): string => `docs/anomalies/${anomaly}.md`
