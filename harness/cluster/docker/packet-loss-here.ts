/**
 * Whether packets can be lost on this machine: that takes root, iptables with random matching, and a way into a container's network.
 * It is tried rather than guessed, in a network namespace that is made for it and gone at once.
 */
import { execa } from 'execa'
import { messageOf } from '../../model/errors.ts'
import { type EngineFacts, whyNotHere } from './engine-facts.ts'
import { lossRules } from './loss-rules.ts'

const trialDeadlineMs = 5000

/** Undefined: they can. */
export const whyNoPacketLoss = async (facts: EngineFacts): Promise<string | undefined> => {
  const elsewhere = whyNotHere(facts)
  if (elsewhere !== undefined) return elsewhere
  if (process.getuid?.() !== 0) return 'only root may set iptables rules in a container\'s network; run as root'

  return await whyNot('nsenter', ['--version']) ?? await whyNot('iptables-save', ['--version']) ?? await whyNot('unshare', ['--net', 'iptables-restore'], trialRules)
}

const trialRules = lossRules({ id: 'trial', address: '127.0.0.1', port: 1, percent: 50, ways: ['requests', 'responses'] })

const whyNot = async (command: string, options: readonly string[], input = ''): Promise<string | undefined> => {
  try {
    await execa(command, options, { input, timeout: trialDeadlineMs })

    return undefined
  } catch (error) {
    return reasonOf(error, command)
  }
}

const reasonOf = (error: unknown, command: string): string => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return `\`${command}\` is not installed (Debian and Ubuntu: util-linux and iptables)`
  const said = error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim() : ''

  return `iptables rules with random matching cannot be set here: ${(said || messageOf(error)).split('\n')[0]}`
}
