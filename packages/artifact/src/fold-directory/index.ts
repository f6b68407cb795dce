// For authors of folds whose engine keeps files: whose a directory is, what is in it, and its lock.

export { syncDirectory } from '../file-system/sync-directory.js';
export { systemCode } from '../file-system/system-errors.js';
export { assertFoldPath } from './assert-fold-path.js';
export {
  type EnterOptions,
  enterFoldDirectory,
  type FoldDirectory,
  type FoldKind,
} from './enter-fold-directory.js';
export { damagedFoldError, foldFileError, incompatibleFoldError } from './fold-errors.js';
export { FoldLock, LOCK_NAME } from './fold-lock.js';
export { type FoldMarker, MARKER_NAME, writeFoldMarker } from './fold-marker.js';
export { requireEmptyDirectory } from './require-empty-directory.js';
