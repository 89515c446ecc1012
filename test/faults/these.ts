/** A target that chooses what the test says, and chance for targets that need none. */
import type { Target } from '../../harness/model/fault.ts'
import { randomFrom } from '../../harness/model/random.ts'

export const these = <Chosen>(...chosen: readonly Chosen[]): Target<Chosen> => ({ description: 'these', choose: () => Promise.resolve(chosen) })

export const random = randomFrom('test')
