import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../test/fixtures/temporary-directory.js';
import { nodeFileSystem } from '../file-system/node-file-system.js';
import { hasEnded, thisProcess } from './process-identity.js';
import { Stage } from './stage.js';
import { stageName, stageOwner } from './stage-name.js';

const options = { fileSystem: nodeFileSystem, random: Math.random };

/** The number of a process that has just ended. */
async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  const { pid = 0 } = child;
  await once(child, 'close');
  return pid;
}

describe('a stage', () => {
  test('appears at its destination by publishing, whole, and is gone otherwise', async () => {
    const parent = await temporaryDirectory();
    {
      await using given = await Stage.open(join(parent, 'a'), options);
      await writeFile(join(given.path, 'file'), 'x');
    }
    expect(await readdir(parent)).toEqual([]);
    await using kept = await Stage.open(join(parent, 'a'), options);
    await writeFile(join(kept.path, 'file'), 'x');
    await kept.publish();
    expect(await readdir(parent)).toEqual(['a']);
    expect(await readdir(join(parent, 'a'))).toEqual(['file']);
  });

  test('is one of several beside the same destination, of which one is published', async () => {
    const parent = await temporaryDirectory();
    await using first = await Stage.open(join(parent, 'a'), options);
    await using second = await Stage.open(join(parent, 'a'), options);
    await writeFile(join(first.path, 'first'), '');
    await writeFile(join(second.path, 'second'), '');
    await second.publish();
    await expect(first.publish()).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await readdir(join(parent, 'a'))).toEqual(['second']);
  });
});

describe('what ended processes left', () => {
  const identity = thisProcess();

  test('is removed with the next stage, and nothing else is', async () => {
    const parent = await temporaryDirectory();
    const name = (owner: object): string => stageName({ ...identity, ...owner }, Math.random);
    const ended = await endedProcess();
    const dead = [name({ pid: ended }), name({ pid: ended, start: 0 }), name({ start: identity.start + 1 })];
    const others = [
      name({}),
      // Another process lives, or nothing is known of it.
      name({ pid: process.ppid, start: 0 }),
      name({ host: '00000000', pid: ended }),
      `${name({ pid: ended })}x`,
      '.slipstream-stage',
      'a',
    ];
    for (const each of [...dead, ...others]) await mkdir(join(parent, each, 'data'), { recursive: true });
    const stage = await Stage.open(join(parent, 'destination'), options);
    onTestFinished(() => stage[Symbol.asyncDispose]());
    expect((await readdir(parent)).filter((each) => join(parent, each) !== stage.path).sort()).toEqual(
      others.sort(),
    );
  });

  test('that cannot be removed holds up nothing', async () => {
    const parent = await temporaryDirectory();
    const left = stageName({ ...identity, pid: await endedProcess() }, Math.random);
    await mkdir(join(parent, left));
    const fileSystem = { ...nodeFileSystem, rename: () => Promise.reject(new Error('not ours')) };
    await using stage = await Stage.open(join(parent, 'a'), { fileSystem, random: Math.random });
    expect((await readdir(parent)).sort()).toEqual([left, stage.path.slice(parent.length + 1)].sort());
  });
});

describe('an owner', () => {
  test('is read back from the name of its stage', () => {
    for (const random of [0, 0.5, 1 - Number.EPSILON / 2]) {
      const name = stageName(thisProcess(), () => random);
      expect(name.startsWith('.')).toBe(true);
      expect(stageOwner(name)).toEqual(thisProcess());
    }
    expect(stageOwner('.slipstream-stage-x')).toBeUndefined();
  });

  test('lives while its process does, and has ended when its number was given to another', async () => {
    expect(hasEnded(thisProcess())).toBe(false);
    expect(hasEnded({ ...thisProcess(), pid: await endedProcess() })).toBe(true);
    expect(hasEnded({ ...thisProcess(), start: thisProcess().start + 1 })).toBe(thisProcess().start !== 0);
  });
});
