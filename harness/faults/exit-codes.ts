/** What a process's exit code says of how it ended: 128 and the signal's number, where a signal ended it. */

/** 143 is 128 + SIGTERM, which Java takes as an order to shut down, and then ends with. What did not obey in time ends with 137. */
export const endedByItself = (exitCode: number | undefined): boolean => exitCode === 143 || exitCode === 0

/** 137 is 128 + SIGKILL. */
export const wasKilled = (exitCode: number | undefined): boolean => exitCode === 137
