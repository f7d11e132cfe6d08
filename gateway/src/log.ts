/** Writes one line: the time as the original wrote it, local and without a zone, then the message. */
export type Log = (message: string) => void;

export function logTo(stream: { write(text: string): unknown }, now: () => Date = () => new Date()): Log {
  return (message) => void stream.write(`${timestamp(now())} ${message}\n`);
}

const two = (value: number): string => String(value).padStart(2, "0");

function timestamp(time: Date): string {
  const day = `${time.getFullYear()}/${two(time.getMonth() + 1)}/${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
