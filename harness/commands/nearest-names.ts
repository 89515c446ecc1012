/** Which known names somebody may have meant by an unknown one: those within a few slips of the finger, nearest first. */

/** How many insertions, deletions and replacements of single characters turn one word into the other (Levenshtein). */
export const editDistance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)

  for (const [index, letter] of from.split('').entries()) {
    const above = row
    row = [index + 1]
    for (const [column, other] of to.split('').entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1)
      row.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (row[column] ?? 0) + 1))
    }
  }

  return row[to.length] ?? 0
}

/** At most three, and none that would need more than a third of its letters changed, unless one contains the other. */
export const nearestNames = (unknown: string, known: readonly string[]): readonly string[] =>
  known
    .map(name => ({ name, distance: name.includes(unknown) ? 1 : editDistance(unknown, name) }))
    .filter(({ name, distance }) => distance <= Math.max(2, Math.floor(name.length / 3)))
    .sort((one, other) => one.distance - other.distance || one.name.localeCompare(other.name))
    .slice(0, 3)
    .map(({ name }) => name)
