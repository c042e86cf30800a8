import { block } from './block.ts';
import { array, distinct } from './rules.ts';
import { isTooLong } from './size.ts';

/** Why Slack would not take the blocks: its error, and what it says about it. */
export interface BlocksRefusal {
  error: 'invalid_blocks' | 'msg_blocks_too_long';
  /** Such as `must be less than 151 characters [json-pointer:/blocks/0/text/text]`. */
  complaints: readonly string[];
}

const allBlocks = array(block, 50, 0);
const distinctBlocks = distinct('block_id');

/** Undefined if Slack would take these blocks. */
export function refuseBlocks(blocks: readonly unknown[]): BlocksRefusal | undefined {
  const complaints: string[] = [];
  allBlocks(blocks, '/blocks', complaints);
  distinctBlocks(blocks, '/blocks', complaints);
  if (complaints.length > 0) return { error: 'invalid_blocks', complaints };
  return isTooLong(blocks) ? { error: 'msg_blocks_too_long', complaints: [] } : undefined;
}
