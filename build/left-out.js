// Parts of exceljs that orkeys never calls: its streaming reader and writer, its CSV, its passwords for sheets and its data bars. They bring archiver,
// unzipper, fast-csv, tmp, dayjs, uuid and some 60 more packages. Calling one of them fails loudly instead of half working.
const LEFT_OUT = new Set([
  './stream/xlsx/workbook-writer',
  './stream/xlsx/workbook-reader',
  '../csv/csv',
  '../utils/encryptor',
  'uuid',
]);

// What jszip, below exceljs, calls of pako, by Node's own zlib: 56 KB less. A part of a workbook is packed as a whole then, not bit by bit.
const PAKO = `const { deflateRawSync, inflateRawSync } = require('node:zlib');
const flate = (whole) => class {
  #parts = [];
  #options;
  constructor({ level }) { this.#options = { level }; }
  push(part, isLast) {
    this.#parts.push(Uint8Array.from(part));
    if (isLast) this.onData(new Uint8Array(whole(Buffer.concat(this.#parts), this.#options)));
  }
};
module.exports = { Deflate: flate(deflateRawSync), Inflate: flate(inflateRawSync) };`;

/** @type {import('esbuild').Plugin} */
export const leftOutOfExceljs = {
  name: 'left-out-of-exceljs',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\/(stream|csv|utils)\/|^uuid$/ }, ({ path, importer }) => {
      if (!LEFT_OUT.has(path) || !/[\\/]node_modules[\\/]exceljs[\\/]lib[\\/]/.test(importer)) return undefined;
      return { path, namespace: 'left-out' };
    });
    // A class for what is constructed; what is called on it or taken from it throws as well.
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `const missing = () => { throw new Error('exceljs: ${path} is not in this bundle'); };
module.exports = new Proxy(class { constructor() { missing(); } }, { get: () => missing });`,
    }));
    build.onResolve({ filter: /^pako$/ }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]jszip[\\/]lib[\\/]/.test(importer) ? { path, namespace: 'flate' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'flate' }, () => ({ contents: PAKO }));
    // An older copy of Node's own streams, 100 KB to parse at each reading. It hands out Node's too where READABLE_STREAM=disable is set.
    build.onResolve({ filter: /^readable-stream$/ }, () => ({ path: 'stream', external: true }));
  },
};

// Of pg, orkeys uses its client with settings of its own: no pool, no bindings to libpq, no connection strings, no password file (it reads that
// itself) and no parsers of types (it brings its own).
const STAND_INS = {
  'pg-types': 'module.exports = { getTypeParser: () => (text) => text, setTypeParser() {} };',
  'pg-connection-string':
    "module.exports = { parse() { throw new Error('pg-connection-string is not in this bundle'); } };",
  pgpass: "module.exports = () => { throw new Error('pgpass is not in this bundle'); };",
  'pg-cloudflare': 'module.exports = {};',
};

/** @type {import('esbuild').Plugin} */
export const leftOutOfPg = {
  name: 'left-out-of-pg',
  setup(build) {
    build.onResolve({ filter: /^pg$/ }, ({ path, resolveDir }) => ({
      path,
      namespace: 'client-of-pg',
      pluginData: resolveDir,
    }));
    build.onLoad({ filter: /.*/, namespace: 'client-of-pg' }, ({ pluginData }) => ({
      contents: "export { default as Client } from 'pg/lib/client.js';",
      resolveDir: pluginData,
    }));
    build.onResolve({ filter: /^(?:pg-types|pg-connection-string|pgpass|pg-cloudflare)$/ }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]pg[\\/]lib[\\/]/.test(importer) ? { path, namespace: 'stand-in' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({ contents: STAND_INS[path] }));
  },
};
