/** The verifier's proof of itself: plants anomalies in a copy of a run's evidence, and demands that each one is noticed. */
export { selfTest } from './self-test.ts'
