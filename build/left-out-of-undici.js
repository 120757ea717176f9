// Parts of undici that orkeys never calls: HTTP/2, which it does not offer to a server, and bodies that are forms, which bring much of fetch. Calling one fails
// loudly. And its parser of HTTP is there twice, 72 KB each: it takes the plain one where the one for SIMD does not load; what orkeys reads is small.
const NEVER_CALLED = /[\\/]undici[\\/]lib[\\/](?:dispatcher[\\/]client-h2|web[\\/]fetch[\\/]body)\.js$/;
const PARSER_FOR_SIMD = /[\\/]undici[\\/]lib[\\/]llhttp[\\/]llhttp_simd-wasm\.js$/;

/** @type {import('esbuild').Plugin} */
export const leftOutOfUndici = {
  name: 'left-out-of-undici',
  setup(build) {
    build.onLoad({ filter: PARSER_FOR_SIMD }, () => ({ contents: 'module.exports = Buffer.alloc(0);' }));
    build.onLoad({ filter: NEVER_CALLED }, ({ path }) => ({
      contents: `const missing = () => { throw new Error(${JSON.stringify(`undici: ${path.split(/[\\/]/).at(-1)} is not in this bundle`)}); };
module.exports = Object.assign(missing, { extractBody: missing });`,
    }));
  },
};
