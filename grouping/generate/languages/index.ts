import type { Language } from '../language.ts';
import { browser } from './browser.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { kotlin } from './kotlin.ts';
import { messages } from './messages.ts';
import { node } from './node.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';

export const languages: readonly Language[] = [
  browser,
  go,
  java,
  kotlin,
  messages,
  node,
  php,
  python,
  ruby,
  rust,
];
