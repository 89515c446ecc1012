/**
 * Sends an ApiVersions request through links from where their traffic starts: from inside a node's container (its network is
 * the only place from which its links can be reached), or, for a client role, from this machine to the published port.
 */
import { connect } from 'node:net'
import type { Link, ProbeResult } from '../../model/cluster.ts'
import { withDeadline } from '../../model/deadline.ts'
import { messageOf } from '../../model/errors.ts'
import { apiVersionsRequest, isApiVersionsAnswer } from '../api-versions.ts'
import { peerHost, peerPort, quorumPort } from '../topology.ts'
import type { Docker } from './runtime.ts'

interface AnswerTime {
  readonly milliseconds: number
}

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

/**
 * A line of `name milliseconds hex` for each link, all probed at once; the hex is empty where no answer came in time.
 * Bash's /dev/tcp is in both kinds of image; `timeout` bounds connect, send and receive together.
 */
const script = (targets: readonly { readonly name: string, readonly host: string, readonly port: number }[], deadline: AnswerTime): string => [
  'probe() {',
  '  start=${EPOCHREALTIME/./}',
  `  answer=$(timeout ${(deadline.milliseconds / 1000).toFixed(3)} bash -c 'exec 3<>"/dev/tcp/$0/$1" && printf "${octal(apiVersionsRequest())}" >&3 && head -c 8 <&3 | od -An -v -tx1' "$2" "$3" 2>/dev/null | tr -d ' \\n')`,
  '  echo "$1 $(( (${EPOCHREALTIME/./} - start) / 1000 )) $answer"',
  '}',
  ...targets.map(({ name, host, port }) => `probe '${name}' ${host} ${port} &`),
  'wait'
].join('\n')

/** Probes links that start at one node. A container that runs nothing (dead, paused) answers nothing. */
export const probeFromNode = async (docker: Docker, container: string, links: readonly Link[], deadline: AnswerTime): Promise<readonly ProbeResult[]> => {
  const targets = links.map(link => ({
    name: link.name,
    host: peerHost(link.to),
    port: link.plane === 'quorum' ? quorumPort(link.to) : peerPort(link.to)
  }))
  const output = await withDeadline(execute(docker, container, ['bash', '-c', script(targets, deadline)]),
    { what: `the probes from ${container}`, deadlineMs: deadline.milliseconds + 5000 })
    .catch((error: unknown) => `# ${messageOf(error)}`)
  const answers = new Map(output.split('\n').map(line => line.trim().split(' ')).map(([name = '', took = '', hex = '']) => [name, { took, hex }]))

  return links.map(link => {
    const answer = answers.get(link.name)

    return {
      link: link.name,
      asked: answer !== undefined,
      answered: answer !== undefined && isApiVersionsAnswer(Buffer.from(answer.hex, 'hex')),
      milliseconds: answer === undefined ? deadline.milliseconds : Number(answer.took)
    }
  })
}

/** Probes a published port from this machine. */
export const probeFromHere = async (link: Link, address: { readonly host: string, readonly port: number }, deadline: AnswerTime): Promise<ProbeResult> => {
  const start = performance.now()
  const answered = await new Promise<boolean>(resolve => {
    const socket = connect(address)
    const chunks: Buffer[] = []
    const end = (result: boolean): void => {
      socket.destroy()
      resolve(result)
    }
    socket.setTimeout(deadline.milliseconds, () => { end(false) })
    socket.on('connect', () => socket.write(apiVersionsRequest()))
    socket.on('error', () => { end(false) })
    socket.on('close', () => { end(false) })
    socket.on('data', chunk => {
      chunks.push(chunk)
      const head = Buffer.concat(chunks)
      if (head.length >= 8) end(isApiVersionsAnswer(head))
    })
  })

  return { link: link.name, asked: true, answered, milliseconds: Math.round(performance.now() - start) }
}
