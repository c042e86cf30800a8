import { setImmediate as turn } from 'node:timers/promises';
import { answerQuestions } from '../../../bench/machine/helper.ts';

answerQuestions(async (question: string) => {
  if (question === 'throw') throw new Error('it was asked to');
  if (question === 'exit') process.exit(3);
  if (question === 'slowly') await turn();
  return `${question}!`;
});
