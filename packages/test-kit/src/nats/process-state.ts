import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether the process has taken note of a SIGSTOP, which arrives some time after it was sent. */
export async function isFrozen(pid: number): Promise<boolean> {
  return (await stateOf(pid)).startsWith('T');
}

async function stateOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets, and may itself hold brackets and blanks.
    return line.slice(line.lastIndexOf(')') + 2);
  }
  const { stdout } = await run('ps', ['-o', 'state=', '-p', String(pid)]);
  return stdout.trim();
}
