// What the single executable runs; bin/orkeys.js is the same for a Node that is installed.
import { main } from '../../src/main.ts';

void main(process).then((code) => {
  process.exitCode = code;
});
