export { RE2JS } from 're2js';

/*
 * RE2 in a file of its own: it is loaded with the first regular expression that a user writes, and most write none.
 */
