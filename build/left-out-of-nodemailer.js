// Parts of nodemailer that orkeys never calls: it names the type of every attachment itself, fetches nothing, and gives every address apart from its
// name. They are half of what the connection and the composer bring. Calling one of them fails loudly.
const LEFT_OUT = new Map([
  ['./mime-types.js', ['detectMimeType', 'detectExtension']],
  ['../fetch/index.js', ['default']],
  ['../addressparser/index.js', ['default']],
]);

/** @type {import('esbuild').Plugin} */
export const leftOutOfNodemailer = {
  name: 'left-out-of-nodemailer',
  setup(build) {
    build.onResolve({ filter: /^\.\.?\/(mime-types|fetch\/index|addressparser\/index)\.js$/ }, ({ path, importer }) => {
      if (!LEFT_OUT.has(path) || !/[\\/]node_modules[\\/]nodemailer[\\/]dist[\\/]esm[\\/]/.test(importer))
        return undefined;
      return { path, namespace: 'left-out-of-nodemailer' };
    });
    build.onLoad({ filter: /.*/, namespace: 'left-out-of-nodemailer' }, ({ path }) => ({
      contents: `const missing = () => { throw new Error('nodemailer: ${path} is not in this bundle'); };
${LEFT_OUT.get(path)
  .map((name) => (name === 'default' ? 'export default missing;' : `export const ${name} = missing;`))
  .join('\n')}`,
    }));
  },
};
