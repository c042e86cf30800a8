import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { callKeys } from '../../src/derive/client-calls/call-keys.ts';
import { KeyBook } from '../../src/otlp/key-book.ts';

function findIn(book: KeyBook, text: string): number {
  // Something stands around it.
  const bytes = new Uint8Array(Buffer.from(`..${text}....`));
  return book.find(bytes, new DataView(bytes.buffer), 2, Buffer.byteLength(text));
}

suite('a book of keys', () => {
  test('finds each of them, and nothing that differs from one in a letter or in its length', () => {
    const book = new KeyBook(callKeys);
    for (const [number, key] of callKeys.entries()) {
      assert.equal(findIn(book, key), number, key);
      for (let at = 0; at < key.length; at++) {
        const other = `${key.slice(0, at)}~${key.slice(at + 1)}`;
        assert.equal(findIn(book, other), -1, other);
      }
      for (const other of [key.slice(1), key.slice(0, -1), `${key}s`, ''])
        if (!callKeys.includes(other)) assert.equal(findIn(book, other), -1, other);
    }
  });

  test('of no keys finds none', () => {
    assert.equal(findIn(new KeyBook([]), 'url.full'), -1);
  });

  test('refuses keys that differ in their middle alone', () => {
    assert.throws(() => new KeyBook(['http.route', 'http.xoute', 'http.suite']), /cannot be told apart/);
  });
});
