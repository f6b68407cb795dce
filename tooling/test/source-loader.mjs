// Lets Node.js run a package's TypeScript source in a child process that a test starts:
//
//   node --conditions=@slipstream/source --import <file URL of this file> child.ts
//
// Node.js strips the types itself, but the source imports './x.js' (the name after the build), which
// is not there before it: this maps it to './x.ts' when only that exists.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      if (!isMissingSourceFile(specifier, error)) throw error;
      return nextResolve(specifier.replace(/\.js$/, '.ts'), context);
    }
  },
});

/**
 * @param {string} specifier
 * @param {unknown} error
 */
function isMissingSourceFile(specifier, error) {
  return (
    /^\.{0,2}\/.*\.js$/.test(specifier) &&
    error instanceof Error &&
    'code' in error &&
    error.code === 'ERR_MODULE_NOT_FOUND'
  );
}
