/**
 * The words of disturbance: a target says *whom*, a fault *what*, a nemesis *when*. A fault is prepared (its target chosen)
 * shortly before its time, looks at its victims as they are undisturbed, and strikes at its time, so that the lateness of the blow,
 * the time to find its victim and the time of that look are three figures. An injection is a live fault: it carries the evidence
 * that it bit, and heals when disposed of.
 */
import type { Capability, ClientProcess, Link, Node, Subject } from './cluster.ts'
import type { Duration } from './duration.ts'
import type { Configuration } from './metadata.ts'
import type { Random } from './random.ts'
import type { TopicPartition } from './recorder.ts'

/** Whom to disturb, in words and by role; chosen when the fault is due, not when the experiment is written. */
export interface Target<Chosen> {
  readonly description: string
  readonly choose: (subject: Subject, random: Random) => Promise<readonly Chosen[]>
  /** Whether those that it chose still bear the role by which it chose them. Absent: there is no role that could move. */
  readonly role?: (subject: Subject, chosen: readonly Chosen[]) => Promise<Role>
  /** The transactional ids of the run that those whom it chose coordinate. Absent: it does not choose by them. */
  readonly coordinated?: (subject: Subject, chosen: readonly Chosen[]) => Promise<readonly string[]>
}

/** What the cluster says of a role that can move. */
export interface Role {
  readonly held: boolean
  /** Who bears it: `broker 2 led orders-0 (epoch 3)`. */
  readonly evidence: string
}

export type NodeTarget = Target<Node>
export type LinkTarget = Target<Link>
export type ClientTarget = Target<ClientProcess>

/** What proved that a fault bit, or that it was looked for and not found. */
export interface Bite {
  readonly bit: boolean
  /** A sentence with the facts: `broker 2: exit 137, gone in 41 ms`. */
  readonly evidence: string
}

/** `struck`: right after the blow. `healing`: just before it is undone, when its consequences have had their time. */
export type Moment = 'struck' | 'healing'

export interface Injection extends AsyncDisposable {
  /** Looks for proof that the fault bites. */
  readonly bite: (moment: Moment) => Promise<Bite>
}

/** A fault whose target is known and which waits for its moment. */
export interface PreparedFault {
  /** `broker 2`, `data:2->1, data:3->1`, `c1`. */
  readonly whom: string
  /** The ids of the brokers that it hits, for the history. */
  readonly brokers: readonly number[]
  /** The names of the client processes that it hits. */
  readonly clients: readonly string[]
  /** The links that it hits, if it hits links: only what they carry is affected. */
  readonly links?: readonly Pick<Link, 'plane' | 'from' | 'to'>[]
  /** The partitions that it hits, if it hits partitions: only they are affected. */
  readonly partitions?: readonly TopicPartition[]
  /** Where a commit has to be met: only those under these transactional ids count. Absent: any. */
  readonly transactionalIds?: readonly string[]
  /** Asks whether whom it hits still bears the role that the target names. Absent: there is no role that could move. */
  readonly role?: () => Promise<Role>
  /** Looks at those whom it hits while nothing is wrong with them, for its proof to compare. Absent: it has nothing to compare with. */
  readonly lookBefore?: () => Promise<unknown>
  /** `begun` is called right before its first step, where something has to be looked at first; else it is the call itself. */
  readonly strike: (begun?: () => void) => Promise<Injection>
}

export interface Imposed {
  readonly topic: string
  readonly config: Configuration
}

export interface Fault {
  /** `kill the leader of orders`. */
  readonly description: string
  /** The history's word: `kill`, `cut`, `drop-responses`. */
  readonly what: string
  readonly needs: readonly Capability[]
  /**
   * What else it must have met to prove anything. `mid-work`: a client had begun work that its death cut off. `mid-commit`: a client had
   * asked for the commit of a transaction, and had no answer.
   */
  readonly demands?: 'mid-work' | 'mid-commit'
  /** True: no client has to notice it, for its own proof shows that it met their work: no answer has to fail, or to be late. */
  readonly unnoticed?: true
  /** `for good`: nothing undoes it; the end of its time is no healing. Absent: it is healed. */
  readonly lasting?: 'for good'
  /**
   * The settings of topics, in Kafka's own keys, that hold while it is in force, or might as well, for all that it does. What a topic
   * promises in a run is the least that it ever promised.
   */
  readonly imposes?: readonly Imposed[]
  readonly prepare: (subject: Subject, random: Random) => Promise<PreparedFault>
}

/** One fault at its time. */
export interface ScheduledFault {
  /** From the start of the disturbance phase. */
  readonly at: Duration
  readonly lasting: Duration
  readonly fault: Fault
  /** The name of the seed's stream from which its target is drawn: what other steps there are does not change whom it hits. */
  readonly stream: string
  /**
   * True: it belongs to the step before it, and strikes whatever else is in force, at its distance from the first step of their
   * group. Else it waits until all before it have healed and the cluster is steady again.
   */
  readonly overlapping: boolean
}

/** When: a plan of faults, drawn from the seed before the run. */
export interface Nemesis {
  readonly description: string
  /** Every fault that a schedule of it can hold. By its place here a written schedule names it, so that it can be made again. */
  readonly faults: readonly Fault[]
  readonly schedule: (random: Random, duration: Duration) => readonly ScheduledFault[]
}
