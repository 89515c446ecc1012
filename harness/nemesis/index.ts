/** Whom and when. */
export { consumers, oneConsumer, oneMemberOfEach, oneProducer } from './client-targets.ts'
export { dedicatedControllers, majorityOfControllers } from './controller-targets.ts'
export {
  followerLinksOf, linksOfRole, linksOneWay, linkToLeaderOf, oneFollowerLinkOf, peerLinksOf, quorumLinksOf, type PeerLinkOptions, type RoleLinkOptions
} from './link-targets.ts'
export type { Lengths } from './moments.ts'
export { allBrokers, byId, controller, coordinatorOf, followersOf, leaderOf, majority, minority, oneBroker, transactionCoordinator } from './node-targets.ts'
export { overlap } from './overlap.ts'
export { bridge, halves, partition, ring } from './partition-targets.ts'
export { followerOf, lastInSync, replicasOf, theOthers } from './replica-targets.ts'
export { every, once, together, type Lasting, type Step } from './schedules.ts'
export { sequence } from './sequence.ts'
export { storm, type StormOptions } from './storm.ts'
export { weather, type WeatherOptions } from './weather.ts'
