/**
 * Whether nodes can have disks of their own on this machine: that takes root, the programs that make and mount file systems, and loop
 * devices on the kernel that the engine's containers run on. Where all of that is there, a small disk is made, written to and removed.
 */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { whyNoTrialDisk } from './disk-trial.ts'
import { type EngineFacts, whyNotHere } from './engine-facts.ts'

const programs = ['losetup', 'blockdev', 'fallocate', 'mkfs.ext4', 'e2fsck', 'mount', 'umount', 'cp']

/** Undefined: they can. */
export const whyNoDisks = async (facts: EngineFacts): Promise<string | undefined> => {
  const elsewhere = whyNotHere(facts)
  if (elsewhere !== undefined) return elsewhere
  if (process.platform !== 'linux') return 'loop devices are Linux\'s alone'
  if (process.getuid?.() !== 0) return 'only root may attach images as disks (loop devices); run as root'
  const missing = programs.filter(program => !isInstalled(program))
  if (missing.length > 0) return `not found in PATH: ${missing.join(', ')} (Debian and Ubuntu: mount, util-linux, e2fsprogs and coreutils)`

  return isAllowed('/dev/loop-control', constants.R_OK | constants.W_OK) ? whyNoTrialDisk() : 'there are no loop devices here (/dev/loop-control)'
}

const isInstalled = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some(folder => isAllowed(join(folder, program), constants.X_OK))

const isAllowed = (path: string, mode: number): boolean => {
  try {
    accessSync(path, mode)

    return true
  } catch {
    // Not there, or not for this user.
    return false
  }
}
