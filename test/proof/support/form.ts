const { ORKEYS_FAULTS, ORKEYS_SEED } = process.env;

/** `ORKEYS_FAULTS=long` (npm run test:faults): every kill point and thousands of histories, in many minutes. */
export const LONG = ORKEYS_FAULTS === 'long';

/** `ORKEYS_SEED=123`: the one simulated history to replay. */
export const SEED = ORKEYS_SEED === undefined ? undefined : Number(ORKEYS_SEED);
