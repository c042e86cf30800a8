/** Checks values against a schema. */
export class ValidationError extends Error {
  name = 'ValidationError';
}

export function check(schema, value) {
  for (const [key, type] of Object.entries(schema)) checkField(key, type, value[key]);
  return value;
}

function checkField(key, type, value) {
  if (typeof value !== type)
    throw new ValidationError(`${key} must be a ${type}, got ${JSON.stringify(value)}`);
}
