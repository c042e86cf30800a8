import type { Signal } from '../../src/otlp/signal.ts';
import { corpusOf } from './corpus.ts';
import { randomEdit } from './edits.ts';
import { type Edit, Editor } from './message-tree.ts';
import { damaged } from './mutate-bytes.ts';
import type { Random } from './random.ts';

/** So that no text is cut where it is shown: what then differs would be no fault. */
const largest = 4_000;

/** A request of a signal that is changed in its structure, damaged, or both. */
export function makeMessage(signal: Signal, random: Random): Uint8Array {
  const corpus = corpusOf(signal);
  const base = random.one(corpus);
  const edits = new Map<number, Edit>();
  const how = random.below(4);
  if (how !== 0)
    for (let count = 1 + random.below(3); count > 0; count--)
      edits.set(random.below(base.tree.size), randomEdit(random));
  const edited = edits.size === 0 ? base.bytes : new Editor(random, edits).write(base.tree.nodes);
  const made = how === 1 || how === 2 ? edited : damaged(edited, random.one(corpus).bytes, random);
  return made.length > largest ? made.slice(0, largest) : made;
}
