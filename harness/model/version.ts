/** The harness's own version, as its package.json says, in the checkout and in the published package alike. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

export const harnessVersion = (): string => {
  // A package can name its own files by its own name, wherever it lies.
  const file = createRequire(import.meta.url).resolve('ackproof/package.json')
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }

  return version
}
