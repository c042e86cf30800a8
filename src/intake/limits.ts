import { Refused } from './answer.ts';

export function tooLarge(maxBytes: number): Refused {
  return new Refused(
    'tooLarge',
    `the body is larger than ${maxBytes} bytes, the most that is taken; send smaller batches`,
  );
}

export function noRoom(): Refused {
  return new Refused('overloaded', 'there is no memory for this request at the moment; send again');
}
