import { FORMAT_VERSION } from './format/file-header.js';

/** The engine's name, as artifacts carry it. */
export const LOG_BACKEND = 'log';

/** The version of {@link FORMAT_VERSION}, as artifacts carry it. */
export const LOG_FORMAT_VERSION: string = String(FORMAT_VERSION);
