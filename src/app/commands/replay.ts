import { readFileSync, statSync } from 'node:fs';
import type { Log } from '../../telemetry/log.ts';
import type { Configuration } from '../configuration/options.ts';
import { mostBytes, readRecording, RecordingInvalid } from '../replay/recording.ts';
import { replay } from '../replay/replay.ts';
import { replayJson, replayText } from '../replay/report.ts';

/**
 * Runs recordings through everything, in the order given.
 * @param inputs files; `-` is the standard input
 * @returns what is to be printed
 * @throws RecordingInvalid
 */
export async function replayCommand(
  configuration: Configuration,
  inputs: readonly string[],
  asJson: boolean,
  log: Log,
): Promise<string> {
  const requests = inputs.flatMap((input) => {
    try {
      return readRecording(readInput(input));
    } catch (error) {
      const name = input === '-' ? 'standard input' : input;
      if (error instanceof RecordingInvalid) throw new RecordingInvalid(`${name}: ${error.message}`);
      throw new RecordingInvalid(`${name}: cannot be read: ${(error as Error).message}`);
    }
  });
  const replayed = await replay(configuration, requests, log);
  return asJson ? `${replayJson(replayed)}\n` : replayText(replayed);
}

function readInput(input: string): Uint8Array {
  const file = input === '-' ? 0 : input;
  if (file !== 0 && statSync(file).size > mostBytes)
    throw new RecordingInvalid(`larger than ${mostBytes} bytes, the most that is read: cut it`);
  return readFileSync(file);
}
