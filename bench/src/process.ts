/** What a process knows of itself and of one that has died. */

/** Time this process has spent on a core so far, in µs. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The first error that a program has printed before it died, if it has. */
export function deathOf(stderr: string): string {
  const error = /^(\w*Error\b.*)$/m.exec(stderr)?.[1];
  return error === undefined ? "died" : `died: ${error}`;
}
