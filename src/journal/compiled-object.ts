import * as z from 'zod/mini';
import { invariant } from '../errors.ts';

/**
 * An object whose check is made into code at its first use, as zod's larger edition does it: journals have hundreds of thousands of lines, and most of
 * the time to read them went into this. Where Node is told to make no code, zod/mini's own check is used.
 */
export function object<S extends z.core.$ZodShape>(shape: S): z.core.$ZodObject<S, z.core.$strip> {
  const made = new z.core.$ZodObjectJIT({ type: 'object', shape });
  invariant(hasShape(made, shape), 'an object has the shape that it was made with');
  return made;
}

function hasShape<S extends z.core.$ZodShape>(
  made: z.core.$ZodObject,
  shape: S,
): made is z.core.$ZodObject<S, z.core.$strip> {
  const own = made._zod.def.shape;
  return Object.entries(shape).every(([key, schema]) => own[key] === schema);
}
