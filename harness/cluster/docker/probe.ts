/**
 * Sends an ApiVersions request through links from where their traffic starts: from inside a node's container (its network is
 * the only place from which its links can be reached), or, for a client role, from this machine to the published port.
 */
import { connect } from 'node:net'
import type { Link, ProbeEnding, ProbeOptions, ProbeResult } from '../../model/cluster.ts'
import { withDeadline } from '../../model/deadline.ts'
import { messageOf } from '../../model/errors.ts'
import { apiVersionsRequest, isApiVersionsAnswer, paddedRequest, type PaddedRequest } from '../api-versions.ts'
import { peerHost, peerPort, quorumPort } from '../topology.ts'
import type { Docker } from './runtime.ts'

/** Runs a command in a container and gives its standard output; what a paused or dead container cannot run is an error. */
export const execute = async (docker: Docker, container: string, command: readonly string[]): Promise<string> => {
  const exec = await docker.getContainer(container).exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, User: '0:0' })
  const stream = await exec.start({ hijack: true, stdin: false })
  const chunks: Buffer[] = []
  await new Promise<void>((resolve, reject) => {
    const sink = { write: (chunk: Buffer) => chunks.push(chunk) }
    docker.modem.demuxStream(stream, sink as unknown as NodeJS.WritableStream, { write: () => true } as unknown as NodeJS.WritableStream)
    stream.on('end', resolve)
    stream.on('error', reject)
  })

  return Buffer.concat(chunks).toString('utf8')
}

const octal = (bytes: Buffer): string => [...bytes].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('')

const requestOf = ({ requestBytes }: ProbeOptions): PaddedRequest => requestBytes === undefined ? { head: apiVersionsRequest(), zeros: 0 } : paddedRequest(requestBytes)

/**
 * A line of `name milliseconds status said` for each link, all probed at once: `said` is the answer in hex, or, where none came, the
 * complaint, without blanks. Bash's /dev/tcp is in both kinds of image; `timeout` bounds connect, send and receive together, and then
 * ends with 124.
 */
const script = (targets: readonly { readonly name: string, readonly host: string, readonly port: number }[], options: ProbeOptions): string => {
  const { head, zeros } = requestOf(options)
  const send = `{ printf "${octal(head)}"; head -c ${zeros} /dev/zero; } >&3`

  return [
    'export LC_ALL=C',
    'probe() {',
    '  start=${EPOCHREALTIME/./}',
    `  said=$(timeout ${(options.milliseconds / 1000).toFixed(3)} bash -c 'exec 3<>"/dev/tcp/$0/$1" && ${send} && head -c 8 <&3 | od -An -v -tx1' "$2" "$3" 2>&1)`,
    '  status=$?',
    '  echo "$1 $(( (${EPOCHREALTIME/./} - start) / 1000 )) $status ${said//[[:space:]]/}"',
    '}',
    ...targets.map(({ name, host, port }) => `probe '${name}' ${host} ${port} &`),
    'wait'
  ].join('\n')
}

/** How a question of the script ended, by what it said. */
export const endingOf = ({ status, said }: { readonly status: string, readonly said: string }): ProbeEnding => {
  if (/^(?:[\da-f]{2})+$/.test(said) && isApiVersionsAnswer(Buffer.from(said, 'hex'))) return 'answered'
  if (status === '124') return 'silent'
  if (/refused/i.test(said)) return 'refused'

  return /reset/i.test(said) ? 'reset' : 'closed'
}

/** Probes links that start at one node. A container that runs nothing (dead, paused) answers nothing. */
export const probeFromNode = async (docker: Docker, container: string, links: readonly Link[], options: ProbeOptions): Promise<readonly ProbeResult[]> => {
  const targets = links.map(link => ({
    name: link.name,
    host: peerHost(link.to),
    port: link.plane === 'quorum' ? quorumPort(link.to) : peerPort(link.to)
  }))
  const output = await withDeadline(execute(docker, container, ['bash', '-c', script(targets, options)]),
    { what: `the probes from ${container}`, deadlineMs: options.milliseconds + 5000 })
    .catch((error: unknown) => `# ${messageOf(error)}`)
  const answers = new Map(output.split('\n').map(line => line.trim().split(' '))
    .map(([name = '', took = '', status = '', said = '']) => [name, { took, ending: endingOf({ status, said }) }]))

  return links.map(link => {
    const answer = answers.get(link.name)

    return answer === undefined
      ? { link: link.name, asked: false, answered: false, ending: 'silent', milliseconds: options.milliseconds }
      : { link: link.name, asked: true, answered: answer.ending === 'answered', ending: answer.ending, milliseconds: Number(answer.took) }
  })
}

/** Probes a published port from this machine. */
export const probeFromHere = async (link: Pick<Link, 'name'>, address: { readonly host: string, readonly port: number }, options: ProbeOptions): Promise<ProbeResult> => {
  const start = performance.now()
  const { head, zeros } = requestOf(options)
  const ending = await new Promise<ProbeEnding>(resolve => {
    const socket = connect(address)
    const chunks: Buffer[] = []
    const end = (how: ProbeEnding): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(how)
    }
    const timer = setTimeout(() => { end('silent') }, options.milliseconds)
    socket.on('connect', () => socket.write(Buffer.concat([head, Buffer.alloc(zeros)])))
    socket.on('error', error => { end(endingOfError(error)) })
    socket.on('close', () => { end('closed') })
    socket.on('data', chunk => {
      chunks.push(chunk)
      const answer = Buffer.concat(chunks)
      if (answer.length >= 8) end(isApiVersionsAnswer(answer) ? 'answered' : 'closed')
    })
  })

  return { link: link.name, asked: true, answered: ending === 'answered', ending, milliseconds: Math.round(performance.now() - start) }
}

const endingOfError = (error: Error): ProbeEnding => {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return 'refused'

  return code === 'ECONNRESET' || code === 'EPIPE' ? 'reset' : 'closed'
}
