/** Files of the project that are no modules (scripts, Dockerfiles): found from a checkout and from the published package alike. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The absolute path of a file named from the project's root, the nearest folder upwards with a package.json. */
export const projectFile = (name: string): string => {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder)

  return join(folder, name)
}
