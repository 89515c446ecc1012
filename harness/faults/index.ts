/** Every fault: the list is the feature list. */
export { cut, type CutOptions } from './cut.ts'
export { dropResponses, type DropResponsesOptions } from './drop-responses.ts'
export { kill } from './kill.ts'
export { killClient, type KillClientOptions } from './kill-client.ts'
export { provenBy, shrunkIsr, type Proof } from './proven-by.ts'
export { stall } from './stall.ts'
