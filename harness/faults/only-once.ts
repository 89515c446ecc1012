/** What a fault looks at before it strikes, it looks at once: when it is told to, or else as it strikes. */
export const onlyOnce = <Value>(look: () => Promise<Value>): (() => Promise<Value>) => {
  let seen: Promise<Value> | undefined

  return () => seen ??= look()
}
