/**
 * axios-retry in an app with the hook for modules of ES: axios is seen by the hook, and by the patch of what it requires, so
 * that each request has a CLIENT span within a CLIENT span.
 */
export { client } from './axios-retry.ts';
