/** Does one thing after the other, in the order in which they were asked for, whatever became of those before. */

export type InTurn = <Value>(step: () => Promise<Value>) => Promise<Value>

export const oneAtATime = (): InTurn => {
  let last: Promise<unknown> = Promise.resolve()

  return step => {
    const turn = last.then(step)
    last = turn.catch(() => undefined)

    return turn
  }
}
