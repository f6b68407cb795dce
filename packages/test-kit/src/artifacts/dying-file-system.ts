import { type ArtifactFileSystem, nodeFileSystem, type OpenFile } from '@slipstream/artifact';

/** A process that dies at a step of its work, as what it was working on sees it. */
export interface DyingFileSystem {
  readonly fileSystem: ArtifactFileSystem;
  /** Whether the step was reached. */
  readonly hasDied: boolean;
}

/**
 * The machine's file system up to the `step`-th call that would change something. That one and every later call
 * changes nothing any more, tidying up included: what is on disk is what a process leaves that is killed there.
 */
export function dyingFileSystem(step: number): DyingFileSystem {
  const state = { steps: 0, hasDied: false };
  const alive = (): void => {
    state.steps += 1;
    if (state.steps >= step) state.hasDied = true;
    if (state.hasDied) throw new Error(`died at step ${step}`);
  };
  /** The call, while the process lives. */
  const until = <Given extends unknown[], T>(call: (...given: Given) => Promise<T>) => {
    return async (...given: Given): Promise<T> => {
      alive();
      return call(...given);
    };
  };
  const ofFile = (file: OpenFile): OpenFile => ({
    status: () => file.status(),
    read: (target) => file.read(target),
    write: until((source: Uint8Array) => file.write(source)),
    synchronize: until(() => file.synchronize()),
    close: () => file.close(),
  });
  const fileSystem: ArtifactFileSystem = {
    ...nodeFileSystem,
    makeDirectory: until(nodeFileSystem.makeDirectory),
    open: async (path, mode) => ofFile(await nodeFileSystem.open(path, mode)),
    create: until(async (path: string) => ofFile(await nodeFileSystem.create(path))),
    rename: until(nodeFileSystem.rename),
    remove: until(nodeFileSystem.remove),
    syncDirectory: until(nodeFileSystem.syncDirectory),
  };
  return {
    fileSystem,
    get hasDied() {
      return state.hasDied;
    },
  };
}
