// Parts of exceljs that orkeys never calls: its streaming reader and writer and its CSV. They bring archiver, unzipper,
// fast-csv, tmp, dayjs and some 60 more packages. Calling one of them fails loudly instead of half working.
const LEFT_OUT = new Set(['./stream/xlsx/workbook-writer', './stream/xlsx/workbook-reader', '../csv/csv']);

/** @type {import('esbuild').Plugin} */
export const leftOutOfExceljs = {
  name: 'left-out-of-exceljs',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\/(stream|csv)\// }, ({ path, importer }) => {
      if (!LEFT_OUT.has(path) || !/[\\/]node_modules[\\/]exceljs[\\/]lib[\\/]/.test(importer)) return undefined;
      return { path, namespace: 'left-out' };
    });
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `module.exports = class { constructor() { throw new Error('exceljs: ${path} is not in this bundle'); } };`,
    }));
  },
};
