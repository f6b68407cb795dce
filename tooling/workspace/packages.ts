import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository's root folder. */
export const ROOT: string = resolve(import.meta.dirname, '../..');

/** The `exports` condition under which a package's entry point is its TypeScript source. */
export const SOURCE_CONDITION = '@slipstream/source';

/** What the tooling reads of a package.json. */
export interface PackageManifest {
  readonly name?: string;
  readonly private?: boolean;
  readonly version?: string;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly [field: string]: unknown;
}

/** A member of the workspace. */
export interface Member {
  /** 'packages', 'apps', 'examples' or 'tooling'. */
  readonly group: string;
  /** Its folder's name. */
  readonly folder: string;
  /** Its folder's absolute path. */
  readonly path: string;
  readonly manifest: PackageManifest;
}

/** The members of one group of the workspace, by name. */
export function membersOf(group: string, root: string = ROOT): Member[] {
  const parent = join(root, group);
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .sort()
    .filter((folder) => existsSync(join(parent, folder, 'package.json')))
    .map((folder) => ({
      group,
      folder,
      path: join(parent, folder),
      manifest: readManifest(join(parent, folder)),
    }));
}

export function readManifest(packageFolder: string): PackageManifest {
  return JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as PackageManifest;
}

/** Whether a member goes to the npm registry. */
export function isPublished({ manifest }: Member): boolean {
  return manifest.private !== true;
}

/** The version of a package until changesets makes its first release. */
const UNRELEASED = '0.0.0';

/** Whether a member had its first release. */
export function isReleased({ manifest }: Member): boolean {
  return manifest.version !== UNRELEASED;
}

/** One way into a package. */
export interface EntryPoint {
  /** As in `exports`: '.', './testing'. */
  readonly subpath: string;
  /** The name of its file in `src` and in `dist`, without the extension: 'index', 'testing/index'. */
  readonly file: string;
}

/** The entry points that a package's `exports` declares by their source. */
export function entryPointsOf(manifest: PackageManifest): EntryPoint[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
    const source = typeof target === 'string' ? undefined : target[SOURCE_CONDITION];
    return source === undefined ? [] : [{ subpath, file: source.replace(/^\.\/src\/|\.ts$/g, '') }];
  });
}

/** Whether an entry point is a program that others start as a child process: importing it would run it. */
export function isProgram({ subpath }: EntryPoint): boolean {
  return subpath.endsWith('-child');
}
