import { breakerAttributes, retryPolicyAttribute } from '../../conventions/attributes.ts';
import { byRedaction } from '../../redact/by-redaction.ts';
import { type Redaction, readBeyond } from '../../redact/redactor.ts';
import { remembered } from '../../runtime/remembered.ts';
import { longestName } from './libraries/name-in.ts';

/** An app has a few dozen. */
const memory = { most: 256, longest: longestName + readBeyond };

interface Clean {
  breaker: (name: string) => string;
  policy: (name: string) => string;
}

/** What breakers and retry policies are called where that is kept: without secrets. Those whose names differ in them only are one. */
export class BreakerNames {
  private readonly clean: () => Clean;

  /** @param redaction asked again each time, as it may be another one after a reload */
  constructor(redaction: () => Redaction) {
    this.clean = byRedaction(redaction, cleanerBy);
  }

  breaker(name: string): string {
    return this.clean().breaker(name);
  }

  policy(name: string): string {
    return this.clean().policy(name);
  }
}

function cleanerBy(redaction: Redaction): Clean {
  const by = (key: string) =>
    remembered(memory, (text) => redaction.attribute(key, text, longestName).toWellFormed());
  return { breaker: by(breakerAttributes.name), policy: by(retryPolicyAttribute) };
}
