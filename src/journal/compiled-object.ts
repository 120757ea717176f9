import { type $strip, type $ZodObject, $ZodObjectJIT, type $ZodShape } from 'zod/v4/core';
import { invariant } from '../errors.ts';

/**
 * An object whose check is made into code at its first use, as zod's larger edition does it: journals have hundreds of thousands of lines, and most of
 * the time to read them went into this. Where Node is told to make no code, zod/mini's own check is used.
 */
export function object<S extends $ZodShape>(shape: S): $ZodObject<S, $strip> {
  const made = new $ZodObjectJIT({ type: 'object', shape });
  invariant(hasShape(made, shape), 'an object has the shape that it was made with');
  return made;
}

function hasShape<S extends $ZodShape>(made: $ZodObject, shape: S): made is $ZodObject<S, $strip> {
  const own = made._zod.def.shape;
  return Object.entries(shape).every(([key, schema]) => own[key] === schema);
}
