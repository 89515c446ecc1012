/** The iptables of a container's network, reached from this machine: its image need not have any, nor may its processes change them. */
import { readFile } from 'node:fs/promises'
import { execa } from 'execa'
import { rulesIn, type SetRule } from './loss-rules.ts'
import type { Docker } from './runtime.ts'

export interface NetworkNamespace {
  readonly rules: () => Promise<readonly SetRule[]>
  /** Does all that `iptables-restore` is told, or nothing. */
  readonly change: (table: string) => Promise<void>
}

const deadlineMs = 10_000
/** Another program may hold the lock of the older kind of iptables. */
const patiently = ['--wait', '5']

/** Throws where the container does not run, or its process is not to be seen from here. */
export const namespaceOf = async (docker: Docker, container: string): Promise<NetworkNamespace> => {
  const { State: { Pid: pid }, NetworkSettings: { Networks: networks } } = await docker.getContainer(container).inspect()
  await refuseUnlessItsOwn(pid, Object.values(networks).map(({ IPAddress: address }) => address).filter(address => address !== ''))
  const run = async (command: readonly string[], input = ''): Promise<string> =>
    (await execa('nsenter', [`--net=/proc/${pid}/ns/net`, ...command], { input, timeout: deadlineMs })).stdout

  return {
    rules: async () => rulesIn(await run(['iptables-save', '--counters', '--table', 'filter'])),
    change: async table => { await run(['iptables-restore', '--noflush', ...patiently], table) }
  }
}

/** An engine's process ids mean another process where the engine does not run among this machine's: its rules would be somebody else's. */
const refuseUnlessItsOwn = async (pid: number, addresses: readonly string[]): Promise<void> => {
  const known = pid === 0 ? '' : await readFile(`/proc/${pid}/net/fib_trie`, 'utf8').catch(() => '')
  if (addresses.length === 0 || !addresses.every(address => known.includes(`|-- ${address}\n`))) {
    throw new Error('The network of Toxiproxy\'s container cannot be reached: its process is not to be seen from here.')
  }
}
