/**
 * Ctrl-Z: the whole job stops (npm and npx in front of us too, else the shell never gets its prompt), and goes on when
 * the shell continues it. Where nobody controls jobs nothing stops, and the screen simply comes back.
 */
export async function stopProcess(): Promise<void> {
  process.kill(0, 'SIGTSTP')
  // The signal arrives within the next turns of the loop; time does not pass while we are stopped.
  await new Promise((resolve) => setTimeout(resolve, 150))
}
