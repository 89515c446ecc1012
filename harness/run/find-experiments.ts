/**
 * Finds experiments and loads them. The project's own lie in `experiments/**`, one a file, and are known by the file's name;
 * anybody's own are given as a path. A file is imported only when it is wanted, so that one that is broken spoils no other.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { basename, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { NamedExperiment } from '../model/commands.ts'
import { UsageError } from '../model/errors.ts'
import { importFailed } from './import-failure.ts'
import { refuseUnlessExperiment } from './experiment-shape.ts'

/** An experiment's file, not imported yet. */
export interface ExperimentFile {
  readonly name: string
  /** Absolute path. */
  readonly file: string
}

/** The project's own experiments: beside `harness/` in the checkout, and beside its compiled form in the package. */
export const ownExperiments = fileURLToPath(new URL('../../experiments', import.meta.url))

/** All experiments below a folder, by name. Throws a UsageError where two files have one name. */
export const findExperiments = async (folder: string = ownExperiments): Promise<readonly ExperimentFile[]> => {
  if (!existsSync(folder)) return []

  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter(entry => entry.isFile() && /(?<!\.d)\.(ts|js)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
    .map(file => ({ name: nameOf(file), file }))

  for (const [index, { name, file }] of files.entries()) {
    const twin = files.slice(index + 1).find(other => other.name === name)
    if (twin) {
      throw new UsageError({
        happened: `Two experiments are named ${name}: ${relative(folder, file)} and ${relative(folder, twin.file)}.`,
        next: 'Rename one of the files: the name of an experiment is that of its file.'
      })
    }
  }

  return files.sort((one, other) => one.name.localeCompare(other.name))
}

/** True for `./my-claim.ts`, `claims/mine.ts` and `../mine.js`; false for a name. */
export const looksLikePath = (nameOrPath: string): boolean => /[/\\]|\.[cm]?[jt]s$/.test(nameOrPath)

/** The file at a path that somebody gave. */
export const experimentAt = (path: string, cwd: string): ExperimentFile => {
  const file = resolve(cwd, path)
  if (!existsSync(file)) {
    throw new UsageError({ happened: 'There is no such file.', where: path, next: 'Give the path of an experiment, or a name from `ackproof list`.' })
  }

  return { name: nameOf(file), file }
}

/** Imports an experiment. Throws a UsageError that names the file where it cannot be loaded or is none. */
export const loadExperiment = async ({ name, file }: ExperimentFile): Promise<NamedExperiment> => {
  answerToOwnName()

  const shown = relative(process.cwd(), file)
  const hash = createHash('sha256').update(await readFile(file)).digest('hex')
  const module = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw importFailed(error, { file, shown })
  }) as { readonly default?: unknown }

  return { name, file, experiment: refuseUnlessExperiment(module.default, shown), hash }
}

const nameOf = (file: string): string => basename(file, extname(file))

let answering = false

/**
 * Makes `import ... from 'ackproof'` in anybody's experiment mean this very harness, wherever the file lies and whether or
 * not the package is installed there: a second copy of the harness would have its own words.
 */
const answerToOwnName = (): void => {
  if (answering) return
  answering = true

  const door = new URL(import.meta.url.endsWith('.ts') ? '../index.ts' : '../index.js', import.meta.url).href
  registerHooks({
    resolve: (specifier, context, nextResolve) =>
      specifier === 'ackproof' ? { url: door, shortCircuit: true } : nextResolve(specifier, context)
  })
}
