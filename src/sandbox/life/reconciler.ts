/**
 * The controllers' work queue: a key is handled once per turn, however many changes named it, and everything a handler
 * writes leads to the next turn. Handlers are synchronous; what takes time lives in the pods' own workers.
 */
export interface Reconciler {
  /** Registers a controller; the result queues one of its keys. */
  controller(handle: (key: string) => void): (key: string) => void
  /** True when no key waits. */
  readonly idle: boolean
  close(): void
}

interface Controller {
  handle: (key: string) => void
  waiting: Set<string>
}

export function createReconciler(onBug: (error: unknown) => void, onTurn: () => void): Reconciler {
  const controllers: Controller[] = []
  let turn: NodeJS.Immediate | undefined
  let closed = false

  const run = () => {
    turn = undefined
    for (const controller of controllers) {
      const keys = controller.waiting
      if (keys.size === 0) continue
      controller.waiting = new Set()
      for (const key of keys) {
        try {
          controller.handle(key)
        } catch (error) {
          onBug(error)
        }
      }
    }
    onTurn()
  }

  return {
    controller(handle) {
      const controller: Controller = { handle, waiting: new Set() }
      controllers.push(controller)
      return (key) => {
        if (closed) return
        controller.waiting.add(key)
        turn ??= setImmediate(run)
      }
    },
    get idle() {
      return turn === undefined
    },
    close() {
      closed = true
      if (turn) clearImmediate(turn)
      turn = undefined
    },
  }
}
