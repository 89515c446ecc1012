/**
 * A small disk, made as a node's is, mounted, written to and removed: whether that works is best known by doing it. It bears the marks by
 * which `heal` finds it, should this process be killed meanwhile. Once a process is enough.
 */
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../model/errors.ts'
import { createDisks } from './disk-images.ts'
import { findDisks } from './disk-leftovers.ts'
import { removeAll } from './leftovers.ts'
import { mounted } from './mounted-disk.ts'

/** The journal of a node's disk takes no smaller one. */
const plan = { megabytes: 20 }

let known: Promise<string | undefined> | undefined

/** Undefined: it can be done. */
export const whyNoTrialDisk = (): Promise<string | undefined> => known ??= tryDisk()

const tryDisk = async (): Promise<string | undefined> => {
  const run = `trial-${randomBytes(4).toString('hex')}`
  const failure = await used(run).then(() => undefined, messageOf)
  const { remaining } = await removeAll(findDisks().filter(leftover => leftover.run === run))
  const told = failure ?? (remaining.length === 0 ? undefined : `it remains: ${remaining.join('; ')}`)

  return told === undefined ? undefined : `a small disk was tried here, and failed: ${told.replaceAll(/\s*\n\s*/g, ' ')}`
}

const used = async (run: string): Promise<void> => {
  for (const disk of await createDisks(run, { nodes: [1], plan })) await mounted(disk, folder => writeFile(join(folder, 'trial'), 'written', { flush: true }))
}
