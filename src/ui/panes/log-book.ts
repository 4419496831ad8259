import type { Session } from '../../engine/session.types.ts'
import type { World } from '../world.ts'
import { createLogBook, type LogBook, type LogEntry } from './log-entries.ts'

const books = new WeakMap<Session, LogBook>()

/** One growing log per session, however often it is looked at. */
export function logBookOf(world: World): readonly LogEntry[] {
  const { session } = world
  if (!session) return []
  let book = books.get(session)
  if (!book) {
    book = createLogBook()
    books.set(session, book)
  }
  return book.entries(session.events)
}
