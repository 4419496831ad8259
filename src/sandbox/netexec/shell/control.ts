/** How control leaves a command other than by its end, and the open files a command is given. */
import type { Reader, Sink } from '../process.ts'

/** Open files of a command, by descriptor number. */
export interface Files {
  readonly stdin: Reader
  readonly outputs: ReadonlyMap<number, Sink>
}

export class ExitShell {
  constructor(readonly status: number) {}
}
export class LoopControl {
  constructor(
    readonly kind: 'break' | 'continue',
    public levels: number,
  ) {}
}
export class ReturnFromFunction {
  constructor(readonly status: number) {}
}
