// Unpacks nats-server from Debian's package of a newer suite than this machine's, without installing it.
//
// The mirror is the one that apt is set up with. apt checks the suite's signature against Debian's
// archive keys, and the package against the signed index. Nothing of the system's own apt state is
// touched, and no root is needed.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { withTemporaryFolder } from '../bootstrap/atomic-folder.mjs';
import { run } from '../bootstrap/processes.mjs';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** @typedef {import('./installer.mjs').Source} Source */

/** @type {Source} */
export const debian = {
  name: 'debian',
  title: 'the Debian package',
  async obtain({ series, folder, signal, report }) {
    const codename = await debianCodename();
    const mirror = await mirrorOf(codename, signal);
    await withTemporaryFolder(join(tmpdir(), 'nats-server-'), async (work) => {
      const apt = await aptIn(work, mirror, series.suite, { signal, report });
      report(`looking up the package of Debian ${series.suite}`);
      await apt('update');
      report('downloading the package');
      await apt('download', 'nats-server');
      await unpack(work, folder, { signal, report });
    });
  },
};

/** @returns {Promise<string>} */
async function debianCodename() {
  const release = existsSync('/etc/os-release') ? await readFile('/etc/os-release', 'utf8') : '';
  /** @param {string} name */
  const field = (name) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(release)?.[1];
  const codename = field('VERSION_CODENAME');
  // Debian's derivatives have archives and keys of their own.
  if (field('ID') !== 'debian' || codename === undefined) throw new Error('this is not Debian');
  if (!existsSync(KEYRING)) throw new Error(`${KEYRING} is not there (package debian-archive-keyring)`);
  return codename;
}

/**
 * @param {string} codename
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the address of the archive that this machine takes its own packages from
 */
async function mirrorOf(codename, signal) {
  /** @type {string[]} */
  const lines = [];
  // --no-release-info: without it, nothing is printed before the first `apt-get update`.
  const format = ['indextargets', '--no-release-info', '--format', '$(RELEASE) $(REPO_URI)'];
  const filter = ['Created-By: Packages', 'Component: main'];
  await run('apt-get', [...format, ...filter], { signal, onLine: (line) => lines.push(line) });
  const targets = lines.map((line) => line.split(' '));
  const mirror = targets.find(([release]) => release === codename || release === 'stable')?.[1];
  if (mirror === undefined) throw new Error(`apt has no source for ${codename} main to take the mirror from`);
  return mirror;
}

/**
 * @param {string} work
 * @param {string} mirror
 * @param {string} suite
 * @param {{ signal: AbortSignal, report: (message: string) => void }} options
 * @returns {Promise<(...args: string[]) => Promise<void>>} apt-get, with all its state in the folder `work`
 */
async function aptIn(work, mirror, suite, { signal, report }) {
  await mkdir(join(work, 'lists/partial'), { recursive: true });
  await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
  await mkdir(join(work, 'parts'));
  const source = join(work, 'debian.sources');
  const stanza = [
    'Types: deb',
    `URIs: ${mirror}`,
    `Suites: ${suite}`,
    'Components: main',
    `Signed-By: ${KEYRING}`,
  ];
  await writeFile(source, `${stanza.join('\n')}\n`);

  const settings = [
    `Dir::Etc::sourcelist=${source}`,
    `Dir::Etc::sourceparts=${join(work, 'parts')}`,
    'Dir::Etc::preferences=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    `Dir::State::lists=${join(work, 'lists')}`,
    `Dir::Cache=${join(work, 'cache')}`,
    'Acquire::Languages=none',
    'Acquire::Retries=2',
    // The sandbox user could not read this user's temporary folder.
    `APT::Sandbox::User=${userInfo().username}`,
    // A mirror that cannot be read is an error, not a warning.
    'APT::Update::Error-Mode=any',
  ].flatMap((setting) => ['-o', setting]);

  return async (...args) => {
    const code = await run('apt-get', ['-qq', ...settings, ...args], { cwd: work, signal, onLine: report });
    if (code !== 0) throw new Error(`apt-get ${args[0]} ended with code ${code}`);
  };
}

/**
 * @param {string} work
 * @param {string} folder
 * @param {{ signal: AbortSignal, report: (message: string) => void }} options
 */
async function unpack(work, folder, { signal, report }) {
  const archive = (await readdir(work)).find((name) => /^nats-server_.*\.deb$/.test(name));
  if (archive === undefined) throw new Error('apt-get download left no package');
  const code = await run('dpkg-deb', ['-x', join(work, archive), folder], { signal, onLine: report });
  if (code !== 0) throw new Error(`dpkg-deb ended with code ${code}`);
}
