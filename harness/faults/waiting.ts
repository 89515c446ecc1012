/** The only place in which a fault waits: for a time that belongs to what it does, and never for something to happen. */

export const stayDown = (milliseconds: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  setTimeout(resolve, milliseconds, undefined)

  return promise
}
