// Two parts of undici by their own files: the whole package costs 60 ms at start-up and a third of a megabyte in the bundle, these
// two cost 20 ms. The types are undici's own. What undici's index adds to them later, like `agent.request()`, they lack.
declare module 'undici/lib/dispatcher/agent.js' {
  // biome-ignore lint/style/noDefaultExport: this is how CommonJS looks from here
  export { Agent as default } from 'undici';
}
declare module 'undici/lib/core/connect.js' {
  // biome-ignore lint/style/noDefaultExport: this is how CommonJS looks from here
  export { buildConnector as default } from 'undici';
}
