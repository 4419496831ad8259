/** The reason of a signal that Ctrl-C on the terminal aborted. */
export class Interrupted {}
