/** redis-cli and the redis protocol, as far as "is it there" goes. */
import type { Program } from '../process.ts'
import { lookup } from './lookup.ts'
import { readOptions } from './options.ts'

export function answerRedis(words: readonly string[], form: 'wire' | 'shown'): string {
  const [command = '', ...args] = words
  const reply = (wire: string, shown: string): string => (form === 'wire' ? `${wire}\r\n` : `${shown}\n`)
  switch (command.toUpperCase()) {
    case 'PING':
      return reply(args[0] === undefined ? '+PONG' : `$${args[0].length}\r\n${args[0]}`, args[0] ?? 'PONG')
    case 'DBSIZE':
      return reply(':0', '(integer) 0')
    case 'KEYS':
      return reply('*0', '(empty array)')
    case 'GET':
    case 'HGETALL':
      return reply('$-1', '(nil)')
    case 'QUIT':
      return reply('+OK', 'OK')
    case 'INFO':
      return reply('$21\r\nredis_mode:standalone', 'redis_mode:standalone')
    default:
      return reply(
        `-ERR unknown command '${command}', with args beginning with: `,
        `(error) ERR unknown command '${command}', with args beginning with: `,
      )
  }
}

export const redisCli: Program = async (process) => {
  const { argv, stdout, stderr, network, container, clock, signal } = process
  const { values, operands } = readOptions(argv.slice(1), { flags: '', values: 'hpanu', stopAtOperand: true })
  const host = values.get('h') ?? '127.0.0.1'
  const port = Number(values.get('p') ?? 6379)
  const found = await lookup(process, host)
  const failed = (text: string): number => {
    stderr.write(`Could not connect to Redis at ${host}:${port}: ${text}\n`)
    return 1
  }
  if (found.kind !== 'found') return failed(found.kind === 'unknown' ? 'Name does not resolve' : 'Try again')
  const outcome = network.connect(container.podId, found.address, port)
  if (outcome.kind === 'timed-out') await clock.sleep(134_000, signal)
  if (outcome.kind !== 'open')
    return failed(
      outcome.kind === 'refused'
        ? 'Connection refused'
        : outcome.kind === 'timed-out'
          ? 'Operation timed out'
          : 'Host is unreachable',
    )
  stdout.write(answerRedis(operands.length === 0 ? ['PING'] : operands, 'shown'))
  return 0
}
