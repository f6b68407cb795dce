import { WatchCursor } from '@slipstream/core';
import { invalidArtifactError } from '../artifact-errors.js';
import { collidingPath, dataPathProblem } from './data-path.js';
import { MAX_MANIFEST_BYTES, type Manifest, type ManifestFile, SCHEMA_VERSION } from './manifest.js';

const MANIFEST_FIELDS = [
  'schemaVersion',
  'backend',
  'backendVersion',
  'cursor',
  'createdAt',
  'bucket',
  'entries',
  'files',
] as const satisfies readonly (keyof Manifest)[];
const FILE_FIELDS = ['path', 'size', 'sha256'] as const satisfies readonly (keyof ManifestFile)[];

const sha256Text = /^[0-9a-f]{64}$/;
const jsonString = /"[^"\\]*(?:\\.[^"\\]*)*"/gs;

/**
 * The bytes of a manifest: JSON in UTF-8, fields in their order.
 * @throws `ARTIFACT_INVALID` when {@link decodeManifest} would refuse them.
 */
export function encodeManifest(manifest: Manifest): Uint8Array {
  const bytes = new TextEncoder().encode(`${JSON.stringify(manifest, undefined, 2)}\n`);
  decodeManifest(bytes);
  return bytes;
}

/**
 * The manifest in these bytes, every rule of the format checked.
 * @throws `ARTIFACT_INVALID` naming the field that breaks a rule.
 */
export function decodeManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > MAX_MANIFEST_BYTES) {
    throw invalidArtifactError(`the manifest has ${bytes.length} bytes, more than ${MAX_MANIFEST_BYTES}`);
  }
  const json = parse(bytes);
  const fields = fieldsOf(json.value, MANIFEST_FIELDS, 'the manifest');
  // First, since another version may have other fields.
  if (fields.schemaVersion !== SCHEMA_VERSION) {
    throw invalidArtifactError(`schemaVersion is ${shown(fields.schemaVersion)}, not ${SCHEMA_VERSION}`);
  }
  const manifest: Manifest = {
    schemaVersion: SCHEMA_VERSION,
    backend: text(fields.backend, 'backend'),
    backendVersion: text(fields.backendVersion, 'backendVersion'),
    cursor: cursor(fields.cursor),
    createdAt: instant(fields.createdAt),
    bucket: text(fields.bucket, 'bucket'),
    entries: count(fields.entries, 'entries'),
    files: files(fields.files),
  };
  // Of two fields with one name JSON.parse takes the last, and other readers take the first.
  if (json.fields !== MANIFEST_FIELDS.length + manifest.files.length * FILE_FIELDS.length) {
    throw invalidArtifactError('the manifest has a field twice');
  }
  return manifest;
}

/** Also says how many fields all objects have in all, repeated ones too. */
function parse(bytes: Uint8Array): { readonly value: unknown; readonly fields: number } {
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // Outside of strings, a colon follows the name of a field.
    const fields = json.replaceAll(jsonString, '').split(':').length - 1;
    return { value: JSON.parse(json), fields };
  } catch (error) {
    throw invalidArtifactError(`the manifest is not JSON: ${String(error)}`, error);
  }
}

/** The fields of a JSON object, which has these and no others. */
function fieldsOf<Field extends string>(
  value: unknown,
  fields: readonly Field[],
  what: string,
): Record<Field, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidArtifactError(`${what} is not an object`);
  }
  const missing = fields.find((field) => !Object.hasOwn(value, field));
  if (missing !== undefined) throw invalidArtifactError(`${what} has no ${missing}`);
  const known: readonly string[] = fields;
  const unknown = Object.keys(value).find((field) => !known.includes(field));
  if (unknown !== undefined) {
    throw invalidArtifactError(`${what} has the unknown field ${JSON.stringify(unknown.slice(0, 80))}`);
  }
  return value as Record<Field, unknown>;
}

function text(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '' && value.isWellFormed()) return value;
  throw invalidArtifactError(`${what} is ${shown(value)}, not a non-empty string`);
}

function count(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalidArtifactError(`${what} is ${shown(value)}, not a whole number from 0`);
}

function instant(value: unknown): string {
  if (typeof value === 'string') {
    const date = new Date(value);
    if (!Number.isNaN(date.getTime()) && date.toISOString() === value) return value;
  }
  throw invalidArtifactError(`createdAt is ${shown(value)}, not an instant like 2026-01-31T12:00:00.000Z`);
}

function cursor(value: unknown): WatchCursor {
  let parsed: WatchCursor | undefined;
  let cause: unknown;
  try {
    parsed = typeof value === 'string' ? WatchCursor.parse(value) : undefined;
  } catch (error) {
    cause = error;
  }
  // Only one text for each cursor, so that equal manifests have equal bytes.
  if (parsed !== undefined && parsed.toString() === value) return parsed;
  throw invalidArtifactError(`cursor is ${shown(value)}, not a cursor`, cause);
}

function files(value: unknown): readonly ManifestFile[] {
  if (!Array.isArray(value)) throw invalidArtifactError(`files is ${shown(value)}, not a list`);
  const list = value.map((each: unknown, index) => file(each, `files[${index}]`));
  const colliding = collidingPath(list.map(({ path }) => path));
  if (colliding !== undefined)
    throw invalidArtifactError(`${colliding} collides with another file of the list`);
  return list;
}

function file(value: unknown, what: string): ManifestFile {
  const fields = fieldsOf(value, FILE_FIELDS, what);
  const path = text(fields.path, `${what}.path`);
  const problem = dataPathProblem(path);
  if (problem !== undefined) throw invalidArtifactError(`${what}.path ${shown(path)} ${problem}`);
  const size = count(fields.size, `${what}.size`);
  const { sha256 } = fields;
  if (typeof sha256 !== 'string' || !sha256Text.test(sha256)) {
    throw invalidArtifactError(`${what}.sha256 is ${shown(sha256)}, not 64 lower-case hexadecimal digits`);
  }
  return { path, size, sha256 };
}

/** For messages: never longer than a line, however large or deep the value is. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
