/** Stores of effects: the words for experiments, the store that a member's process opens, and the count after the run. */
export { insertOnce, lockOnly, naive, seenCheck, upsert } from './kinds.ts'
