// In the place of vitest, for what tests and benchmarks share. Outside of a test, nothing may ask for what comes before or after one.
const outside = () => {
  throw new Error('This is no test.');
};

export { outside as afterAll, outside as beforeAll, outside as onTestFinished };
