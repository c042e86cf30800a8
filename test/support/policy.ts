import { errorOptions, errorsSchema } from '../../src/errors/config.ts';
import { ErrorPolicy } from '../../src/errors/policy.ts';

/** What the user says of error events: by default nothing. */
export function errorPolicy(given: Parameters<typeof errorsSchema.parse>[0] = {}): ErrorPolicy {
  return new ErrorPolicy(errorOptions(errorsSchema.parse(given)));
}
