/**
 * The iptables rules of a packet loss, as text for `iptables-restore` and out of that of `iptables-save`. Each way has two: the first
 * does nothing but count what comes by, the second drops some of it. A comment says whose they are.
 *
 * Example, of requests: `-A INPUT -d 172.18.0.2 -p tcp --dport 19092 -m comment --comment ackproof/1/seen`, and the same with
 * `-m statistic --mode random --probability 0.05` and `-j DROP`, of which the comment is `ackproof/1/lost`.
 */
import type { Way } from '../../model/cluster.ts'

export interface LossPlan {
  readonly id: string
  /** Where the link's proxy listens: no other link's packets bear both. */
  readonly address: string
  readonly port: number
  readonly percent: number
  readonly ways: readonly Way[]
}

/**
 * A dropped packet of the proxy's own would be told to its sender at once, which no wire does; one that is queued for a program that
 * does not exist is dropped without a word (iptables-extensions(8), NFQUEUE, `--queue-bypass`).
 */
const silently = 'NFQUEUE --queue-num 65535'

const matchOf = (way: Way, { address, port }: LossPlan): string =>
  way === 'requests' ? `INPUT -d ${address} -p tcp --dport ${port}` : `OUTPUT -s ${address} -p tcp --sport ${port}`

export const lossRules = (plan: LossPlan): string => asTable(plan.ways.flatMap(way => [
  `-A ${matchOf(way, plan)} -m comment --comment ${mark(plan.id, 'seen')}`,
  `-A ${matchOf(way, plan)} -m statistic --mode random --probability ${plan.percent / 100} -m comment --comment ${mark(plan.id, 'lost')} -j ${way === 'requests' ? 'DROP' : silently}`
]))

const asTable = (lines: readonly string[]): string => ['*filter', ...lines, 'COMMIT', ''].join('\n')

const mark = (id: string, what: SetRule['what']): string => `ackproof/${id}/${what}`

/** A rule that is in place, of this or any other packet loss. */
export interface SetRule {
  readonly id: string
  readonly what: 'seen' | 'lost'
  readonly packets: number
  /** `-A INPUT ...`. */
  readonly rule: string
}

/** Those of ours in what `iptables-save --counters` says. */
export const rulesIn = (saved: string): readonly SetRule[] => saved.split('\n').flatMap(line => {
  const [, packets, rule, id, what] = /^\[(\d+):\d+\] (-A .*--comment "?ackproof\/([^/\s"]+)\/(seen|lost)"?(?: .*)?)$/.exec(line) ?? []

  return packets === undefined || rule === undefined || id === undefined ? [] : [{ id, what: what === 'seen' ? 'seen' : 'lost', packets: Number(packets), rule }]
})

/** What removes them again. */
export const removalOf = (rules: readonly SetRule[]): string => asTable(rules.map(({ rule }) => rule.replace(/^-A/, '-D')))

export const packetsOf = (rules: readonly SetRule[]): { readonly seen: number, readonly lost: number } => ({ seen: sum(rules, 'seen'), lost: sum(rules, 'lost') })

const sum = (rules: readonly SetRule[], wanted: SetRule['what']): number => rules.reduce((all, { what, packets }) => what === wanted ? all + packets : all, 0)
