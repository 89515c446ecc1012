/**
 * The table of claims in the README, made from the experiments themselves. `npm run readme` writes it; a test compares it.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findExperiments, loadExperiment } from '../harness/run/find-experiments.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = join(root, 'README.md')
const [begin, end] = ['<!-- claims: written by `npm run readme` -->', '<!-- end of claims -->']

/** The README with the table as it should be. */
export const readmeWithClaims = async (): Promise<string> => {
  const text = await readFile(readme, 'utf8')
  const [before, rest = ''] = text.split(begin)
  const [, after] = rest.split(end)
  if (before === undefined || after === undefined) throw new Error(`README.md must hold '${begin}' and '${end}'.`)

  return `${before}${begin}\n${await claimsTable()}\n${end}${after}`
}

const claimsTable = async (): Promise<string> => {
  const all = await Promise.all((await findExperiments()).map(loadExperiment))
  const rows = all
    .map(({ name, file, experiment }) => ({ folder: basename(dirname(file)), name, path: relative(root, file), claim: experiment.claim }))
    .sort((one, other) => one.folder.localeCompare(other.folder) || one.name.localeCompare(other.name))
    .map(({ folder, name, path, claim }) => `| ${folder} | [${name}](${path}) | ${claim} |`)

  return ['| about | experiment | claim |', '|---|---|---|', ...rows].join('\n')
}

if (import.meta.main) await writeFile(readme, await readmeWithClaims())
