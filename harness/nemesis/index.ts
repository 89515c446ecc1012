/** Whom and when. */
export { oneConsumer, oneProducer } from './client-targets.ts'
export { followerLinksOf, linksOfRole, linkToLeaderOf, oneFollowerLinkOf, peerLinksOf } from './link-targets.ts'
export { controller, coordinatorOf, leaderOf, minority, oneBroker } from './node-targets.ts'
export { every, once, together, type Lasting, type Step } from './schedules.ts'
