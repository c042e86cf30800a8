import type { NextFunction, Request, Response } from 'express';

/** What browsers may do with an answer: nothing but show it. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': policy(),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

export function securityHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.set(headers);
  next();
}

/** @param more directives of a page that needs some */
export function policy(...more: readonly string[]): string {
  return [
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...more,
  ].join('; ');
}
