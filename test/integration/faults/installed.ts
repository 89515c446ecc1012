/** Whether an optional library is there: not by loading it, as what vitest makes of one that is missing is no error of Node's. */
import { createRequire } from 'node:module'

const { resolve } = createRequire(import.meta.url)

export const isInstalled = (optional: string): boolean => {
  try {
    return resolve(optional) !== ''
  } catch {
    // Nobody installed it here.
    return false
  }
}
