/** The file of a module that is to be run as a process: TypeScript in a checkout, JavaScript in the published package. */
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `name` is relative to the asking module and has no extension, `./worker`. */
export const moduleFile = (from: string, name: string): string =>
  fileURLToPath(new URL(`${name}${extname(fileURLToPath(from))}`, from))
