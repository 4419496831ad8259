import type { Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { sandboxPortForbidden, sandboxPortInUse } from '../../errors/catalog/sandbox.ts'
import type { Layout } from './layout.ts'
import { readIfThere } from './write-file.ts'

/** The port asked for, else the one of the last time, else any. */
export async function listen(server: Server, wanted: number | undefined, layout: Layout | null): Promise<number> {
  const kept = Number.parseInt((layout && readIfThere(layout.port)) ?? '', 10)
  if (wanted) {
    const problem = await tryListen(server, wanted)
    if (problem?.code === 'EADDRINUSE') throw sandboxPortInUse(wanted, problem)
    if (problem?.code === 'EACCES') throw sandboxPortForbidden(wanted, problem)
    if (problem) throw problem
  } else {
    if (kept > 0 && kept < 65_536) await tryListen(server, kept)
    if (!server.listening) {
      const problem = await tryListen(server, 0)
      if (problem) throw problem
    }
  }
  return (server.address() as AddressInfo).port
}

function tryListen(server: Server, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) => resolve(error)
    server.once('error', fail)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail)
      resolve(undefined)
    })
  })
}

/** Every open connection, so that closing need not wait for clients. */
export function trackSockets(server: Server): Set<Duplex> {
  const sockets = new Set<Duplex>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
  })
  // A client that speaks no TLS, or gives up in the handshake, is its own problem.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  server.on('clientError', (_error, socket) => socket.destroy())
  return sockets
}
