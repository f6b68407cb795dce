// npm, pnpm and others keep their caches in the home folder, which may not be writable: a container's user may
// have none.
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Sets a writable home folder, in `store` if necessary.
 *
 * @param {NodeJS.ProcessEnv} env is changed
 * @param {{ store: string, report: (message: string) => void }} options
 */
export async function provideHome(env, { store, report }) {
  const home = env['HOME'] || homedir();
  try {
    await access(home, constants.W_OK);
  } catch {
    const ours = join(store, 'home');
    await mkdir(ours, { recursive: true });
    env['HOME'] = ours;
    // npm names its cache to what it runs, also the one that it would have there.
    if (env['npm_config_cache']?.startsWith(home)) delete env['npm_config_cache'];
    report(`the home folder ${home} is not writable; ${ours} is used instead`);
  }
}
