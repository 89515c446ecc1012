/**
 * The only door: every word that an experiment can use, and nothing else. What is not exported here can change without
 * anybody's experiment noticing.
 */

// The claim and what it is made of.
export { experiment, type Checker, type DangerExpectation, type Expectation, type Experiment, type ExperimentPlan, type FailureExpectation, type FindingExpectation } from './model/experiment.ts'
export { brokers, type ClusterOptions, type ClusterPlan } from './model/cluster.ts'
export type { FeatureLevels } from './model/features.ts'
export type { DiskPlan } from './model/own-disk.ts'
export { topic, type TopicOptions, type TopicPlan } from './model/topic.ts'
export { microseconds, milliseconds, minutes, seconds, type Duration } from './model/duration.ts'

// What clients do.
export { deadLetter, groupReads, type DeadLetter, type GroupReads } from './workloads/group-reads.ts'
export { groupTransforms, type GroupTransforms } from './workloads/group-transforms.ts'
export { numberedWrites, type NumberedWrites, type Transactions } from './workloads/numbered-writes.ts'

// What they do for good.
export { insertOnce, lockOnly, naive, seenCheck, upsert } from './effects/index.ts'
export type { EffectPlan } from './model/effect.ts'

// What breaks.
export {
  bandwidth, configure, cut, dropResponses, electPreferred, electUnclean, expiredUnread, failDisk, fencedBroker, fillDisk, flipBytes, freeze, gaveUp, kill,
  killClient, latency, leaderless, leave, ledAgain, moveLeader, packetLoss, partlyInSync, pause, powerCut, provenBy, reassign, reset, restart,
  shrunkIsr, slowDisk, squeezeCpu, squeezeMemory, stall, stop, wipe,
  type BandwidthOptions, type CutOptions, type DiskOptions, type DropResponsesOptions, type FlipBytesOptions, type KillClientOptions,
  type LatencyOptions, type PacketLossOptions, type Proof, type RestartOptions, type SlowDiskOptions, type SqueezeCpuOptions,
  type SqueezeMemoryOptions
} from './faults/index.ts'
export type { ClientTarget, Fault, LinkTarget, Nemesis, NodeTarget, Target } from './model/fault.ts'

// Whom, and when.
export {
  allBrokers, bridge, byId, consumers, controller, coordinatorOf, dedicatedControllers, every, followerLinksOf, followerOf, followersOf, halves, lastInSync,
  leaderOf, linksOfRole, linksOneWay, linkToLeaderOf, majority, majorityOfControllers, minority, once, oneBroker, oneConsumer, oneFollowerLinkOf,
  oneMemberOfEach, oneProducer, overlap, partition, peerLinksOf, quorumLinksOf, replicasOf, ring, sequence, storm, theOthers, together, transactionCoordinator, weather,
  type Lasting, type Lengths, type PeerLinkOptions, type RoleLinkOptions, type Step, type StormOptions, type WeatherOptions
} from './nemesis/index.ts'

// What the claim demands.
export { lagSeen, underReplicationSeen, type AlarmOptions, type LagOptions } from './model/alarm.ts'
export { everyEffectOnce, noCorruption, noDuplicates, noLostWrites, noReordering, noSkippedRecords, othersKeepPartitions, recoversWithin, wholeTransactions } from './model/demands.ts'
