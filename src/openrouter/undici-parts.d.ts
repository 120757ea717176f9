// Two parts of undici by their own files: with the whole package ours, packed and unpacked, would have 3.3 MB, above its bound of 3,
// and a list would take 12 ms more of 110 (Node 20.20). When undici moves them the build fails. The types are undici's own. What undici's
// index adds to them later, like `agent.request()`, they lack.
declare module 'undici/lib/dispatcher/agent.js' {
  // biome-ignore lint/style/noDefaultExport: this is how CommonJS looks from here
  export { Agent as default } from 'undici';
}
declare module 'undici/lib/core/connect.js' {
  // biome-ignore lint/style/noDefaultExport: this is how CommonJS looks from here
  export { buildConnector as default } from 'undici';
}
