// Whether a process is still there: what one has left behind that is not may be taken away.

/** One of another user counts too (kill(2): EPERM). Numbers are used again: true says only that there is some process. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
