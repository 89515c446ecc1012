/** Which kinds of faults the Docker provider offers; each absent one with its reason, which a skipped experiment repeats. */
import type { Capabilities } from '../../model/cluster.ts'

export const dockerCapabilities: Capabilities = {
  'links': { available: true },
  'pause': { available: true },
  'limits': { available: true },
  'disks': { available: false, reason: 'brokers keep their logs in plain volumes' },
  'packet-loss': { available: false, reason: 'nothing sets iptables rules in the brokers\' networks yet' }
}
