/** From names, paths and tags to experiments. What is not known is refused, with what may have been meant. */
import { basename, dirname } from 'node:path'
import { UsageError } from '../model/errors.ts'
import { printable } from '../model/printable.ts'
import type { NamedExperiment } from '../model/commands.ts'
import { experimentAt, type ExperimentFile, findExperiments, loadExperiment, looksLikePath } from '../run/find-experiments.ts'
import { nearestNames } from './nearest-names.ts'

export interface Choice {
  /** Names or paths; none: all experiments of the project. */
  readonly names: readonly string[]
  /** Those that bear at least one of these; none: all. */
  readonly tags: readonly string[]
  readonly cwd: string
}

export const chooseExperiments = async ({ names, tags, cwd }: Choice): Promise<readonly NamedExperiment[]> => {
  const known = await findExperiments()
  const files = names.length === 0 ? known : [...new Set(names)].map(name => fileOf(name, { known, cwd }))
  const loaded = await Promise.all(files.map(loadExperiment))

  return withTags(loaded, tags)
}

/** All experiments of the project that can be loaded, and what is wrong with the others. */
export const loadWhatLoads = async (): Promise<{ readonly loaded: readonly NamedExperiment[], readonly errors: readonly unknown[] }> => {
  const results = await Promise.allSettled((await findExperiments()).map(loadExperiment))

  return {
    loaded: results.flatMap(result => result.status === 'fulfilled' ? [result.value] : []),
    errors: results.flatMap(result => result.status === 'rejected' ? [result.reason as unknown] : [])
  }
}

export const chooseOne = async (name: string, { cwd }: { readonly cwd: string }): Promise<NamedExperiment> =>
  loadExperiment(fileOf(name, { known: await findExperiments(), cwd }))

/** An experiment bears its own tags and the name of its folder. */
export const tagsOf = ({ experiment, file }: NamedExperiment): readonly string[] =>
  [...new Set([basename(dirname(file)), ...experiment.tags ?? []])]

const fileOf = (name: string, { known, cwd }: { readonly known: readonly ExperimentFile[], readonly cwd: string }): ExperimentFile => {
  if (looksLikePath(name)) return experimentAt(name, cwd)

  return known.find(file => file.name === name) ?? refuse('experiment', { unknown: name, known: known.map(file => file.name) })
}

/** Those that bear at least one of the tags; without tags all. Throws a UsageError for a tag that none bears. */
export const withTags = (experiments: readonly NamedExperiment[], tags: readonly string[]): readonly NamedExperiment[] => {
  if (tags.length === 0) return experiments

  const known = [...new Set(experiments.flatMap(tagsOf))]
  for (const tag of tags) {
    if (!known.includes(tag)) refuse('tag', { unknown: tag, known })
  }

  return experiments.filter(experiment => tagsOf(experiment).some(tag => tags.includes(tag)))
}

const refuse = (what: 'experiment' | 'tag', { unknown, known }: { readonly unknown: string, readonly known: readonly string[] }): never => {
  const near = nearestNames(unknown, known)

  throw new UsageError({
    happened: `There is no ${what} named '${printable(unknown)}'.`,
    next: near.length === 0 ? '`ackproof list` shows all of them.' : `Did you mean ${near.join(', ')}? \`ackproof list\` shows all of them.`
  })
}
