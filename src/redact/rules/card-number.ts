import { endOf, type Finding, type Rule } from './rule.ts';

/** In one piece, in fours, and as American Express and Diners print it; of two that begin alike the longer first. */
const forms: readonly RegExp[] = [
  /\d{13,19}(?!\w|\.\d)/y,
  /\d{4}([ -])\d{4}\1\d{4}\1\d{4}\1\d{1,3}(?!\w|\.\d)/y,
  /\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?!\w|\.\d)/y,
  /\d{4}([ -])\d{6}\1\d{4,5}(?!\w|\.\d)/y,
];

/**
 * First digits of the issuers and how many there are in all, by the ranges that they publish. A time in milliseconds, microseconds or
 * nanoseconds begins with a 1 and so is none of them.
 */
const issuers: readonly RegExp[] = [
  /^4(?:\d{12}|\d{15}|\d{18})$/, // Visa
  /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)\d*$(?<=^\d{16})/, // Mastercard
  /^3[47]\d{13}$/, // American Express
  /^3(?:0[0-5]|[689]\d)\d{11}$/, // Diners
  /^(?:6011|64[4-9]|65)\d*$(?<=^\d{16,19})/, // Discover
  /^35(?:2[89]|[3-8]\d)\d{12,15}$/, // JCB
  /^62\d{14,17}$/, // UnionPay
  /^220[0-4]\d{12,15}$/, // Mir
  /^(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{9,15}$/, // Maestro
];

export const cardNumber: Rule = {
  triggers: ['0000'],
  find(text, start) {
    // A number that goes on before, or the digits behind a decimal point.
    if (/\w$|\d\.$/.test(text.slice(Math.max(0, start - 2), start))) return undefined;
    const mayBePhone = text[start - 1] === '+';
    for (const form of forms) {
      const to = endOf(form, text, start);
      if (to === undefined || !isCardNumber(text.slice(start, to))) continue;
      if (mayBePhone && to - start <= longestPhone) continue;
      return { from: start, to, put: '<card>' } satisfies Finding;
    }
    return undefined;
  },
};

/** Digits behind the `+` of a number that can be called (E.164). */
const longestPhone = 15;

/** Whether these digits, apart from blanks and dashes, are those of an issuer and have the check digit (ISO/IEC 7812-1, Luhn). */
export function isCardNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (!issuers.some((issuer) => issuer.test(digits))) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
