// Parts of exceljs that orkeys never calls: its streaming reader and writer, its CSV, its passwords for sheets and its data bars. They bring archiver,
// unzipper, fast-csv, tmp, dayjs, uuid and some 60 more packages. Calling one of them fails loudly instead of half working.
const LEFT_OUT = new Set([
  './stream/xlsx/workbook-writer',
  './stream/xlsx/workbook-reader',
  '../csv/csv',
  '../utils/encryptor',
  'uuid',
]);

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
    // An older copy of Node's own streams, 100 KB to parse at each reading. It hands out Node's too where READABLE_STREAM=disable is set.
    build.onResolve({ filter: /^readable-stream$/ }, () => ({ path: 'stream', external: true }));
  },
};
