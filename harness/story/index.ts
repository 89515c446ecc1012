/** From the lines of a history to the story of one record, in two readings. */
export { secondReading } from './around.ts'
export { firstReading, isKnown } from './record-lines.ts'
export { tellStory } from './tell.ts'
