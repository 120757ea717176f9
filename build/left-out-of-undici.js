// undici brings its parser of HTTP twice, 72 KB each, and takes the plain one where the one for SIMD does not load. What orkeys reads is small.
/** @type {import('esbuild').Plugin} */
export const leftOutOfUndici = {
  name: 'left-out-of-undici',
  setup(build) {
    build.onLoad({ filter: /[\\/]undici[\\/]lib[\\/]llhttp[\\/]llhttp_simd-wasm\.js$/ }, () => ({
      contents: 'module.exports = Buffer.alloc(0);',
    }));
  },
};
