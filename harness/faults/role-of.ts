/** A target's question about the role of those it chose, for a fault that waits for its moment. */
import type { Subject } from '../model/cluster.ts'
import type { PreparedFault, Target } from '../model/fault.ts'

export const roleOf = <Chosen>({ role }: Target<Chosen>, subject: Subject, chosen: readonly Chosen[]): Pick<PreparedFault, 'role'> =>
  role === undefined ? {} : { role: () => role(subject, chosen) }
