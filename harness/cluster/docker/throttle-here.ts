/**
 * Whether a container can be made to write slowly on this machine: that takes root, and control groups with an I/O controller that throttles,
 * where `throttle.ts` would write its limit. No container runs yet, so the files of other groups are looked for.
 */
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type EngineFacts, whyNoCgroups, whyNotHere } from './engine-facts.ts'
import { controlGroups, firstController, firstOf, limitFiles } from './throttle.ts'

/** Undefined: it can. */
export const whyNoThrottle = (facts: EngineFacts): string | undefined => {
  const elsewhere = whyNotHere(facts) ?? whyNoCgroups(facts)
  if (elsewhere !== undefined) return elsewhere
  if (process.getuid?.() !== 0) return 'only root may limit how fast a container writes; run as root'

  return whyNoWriteLimit({ own: textOf('/proc/self/cgroup'), folder: controlGroups })
}

export interface ControlGroups {
  /** Of this process, as proc(5) has it in `/proc/self/cgroup`. */
  readonly own: string
  /** Where they are mounted. */
  readonly folder: string
}

export const whyNoWriteLimit = ({ own, folder }: ControlGroups): string | undefined => {
  if (firstOf(own) !== undefined) {
    const file = join(folder, firstController, limitFiles.first)

    return isWritable(file) ? undefined : `the I/O controller of its control groups does not throttle (${file} is not there, or cannot be written)`
  }
  if (!wordsOf(join(folder, 'cgroup.controllers')).includes('io')) return 'its control groups have no I/O controller (blkio or io)'
  // Nobody has asked for it yet: the engine hands it down with its first container.
  if (!wordsOf(join(folder, 'cgroup.subtree_control')).includes('io')) return undefined

  return foldersIn(folder).some(group => isWritable(join(folder, group, limitFiles.second)))
    ? undefined
    : `the I/O controller of its control groups does not throttle (no group in ${folder} has an ${limitFiles.second} that can be written)`
}

const wordsOf = (file: string): readonly string[] => textOf(file).trim().split(/\s+/)

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // There is none: there are no control groups here, or none of this version.
    return ''
  }
}

const foldersIn = (folder: string): readonly string[] => readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name)

const isWritable = (file: string): boolean => {
  try {
    accessSync(file, constants.R_OK | constants.W_OK)

    return true
  } catch {
    // Not there, or not for this user.
    return false
  }
}
