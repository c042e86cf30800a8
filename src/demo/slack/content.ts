import { isObject } from './block-kit/rules.ts';
import { refuseBlocks } from './block-kit/validate-blocks.ts';
import { type Arguments, parseJson, textArgument } from './request.ts';

/** What a call says a message should hold; undefined is what it does not speak of. */
export interface Content {
  text: string | undefined;
  blocks: readonly unknown[] | undefined;
  /** `null` = take it away. */
  metadata: Metadata | null | undefined;
}

export interface Metadata {
  event_type: string;
  event_payload: Readonly<Record<string, unknown>>;
}

export type ParsedContent =
  | { ok: true; content: Content }
  | { ok: false; error: string; complaints: readonly string[] };

/** Longer texts are cut. Source: docs.slack.dev/reference/methods/chat.postMessage */
const maxTextCharacters = 40_000;

/** The text, blocks and metadata of a call, or Slack's error for them. */
export function parseContent(args: Arguments): ParsedContent {
  const blocks = decoded(args['blocks']);
  const metadata = decoded(args['metadata']);
  if (blocks !== undefined && !Array.isArray(blocks)) return refused('invalid_blocks_format');
  if (metadata !== undefined && !isObject(metadata)) return refused('invalid_metadata_format');
  const text = textArgument(args, 'text')?.slice(0, maxTextCharacters);
  if (text === undefined && (blocks === undefined || blocks.length === 0)) return refused('no_text');
  const refusal = blocks === undefined ? undefined : refuseBlocks(blocks);
  if (refusal !== undefined) return refused(refusal.error, refusal.complaints);
  if (metadata === undefined) return { ok: true, content: { text, blocks, metadata } };
  if (Object.keys(metadata).length === 0) return { ok: true, content: { text, blocks, metadata: null } };
  if (!isMetadata(metadata)) return refused('invalid_metadata_schema');
  return { ok: true, content: { text, blocks, metadata } };
}

function refused(error: string, complaints: readonly string[] = []): ParsedContent {
  return { ok: false, error, complaints };
}

/** An argument of objects: JSON in a form, and either JSON or the objects themselves in a JSON body. */
function decoded(value: unknown): unknown {
  return typeof value === 'string' ? (parseJson(value) ?? null) : value;
}

function isMetadata(value: object): value is Metadata {
  if (!('event_type' in value) || !('event_payload' in value)) return false;
  return typeof value.event_type === 'string' && value.event_type !== '' && isObject(value.event_payload);
}
