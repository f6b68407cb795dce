export { collect } from './collect.js';
export {
  diskFullError,
  type FaultPoint,
  FaultySnapshotStore,
  type HeldApply,
  type RecordedApply,
} from './faulty-snapshot-store.js';
export { ManualClock, settlePromises } from './manual-clock.js';
export { openScratchFold, ScratchMedium } from './scratch-fold.js';
export {
  type ScriptedOperation,
  type ScriptedRequest,
  ScriptedSource,
  type ScriptedSourceOptions,
} from './scripted-source.js';
export { ScriptedWatch } from './scripted-watch.js';
export { seededRandom } from './seeded-random.js';
export {
  type ChunkParts,
  chunkOf,
  cursorAt,
  deleteUpdate,
  purgeUpdate,
  putUpdate,
  TEST_EPOCH,
  TEST_TIME,
} from './updates.js';
