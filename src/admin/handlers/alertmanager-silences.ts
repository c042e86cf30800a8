import { mostSilences, type Silence, stateOf } from '../../alerting/silences/silence.ts';
import type { Silences } from '../../alerting/silences/silences.ts';
import type { Clock } from '../../runtime/clock.ts';
import { gettableSilence, hasMatchers, inOrder, wantedSilence } from '../alertmanager/silence-json.ts';
import { Problem } from '../problem.ts';
import type { AlertmanagerHandlers } from '../routes.ts';

export interface SilenceHandlersDependencies {
  clock: Clock;
  silences: Silences;
}

const tooMany = `there are ${mostSilences} silences already, or their regular expressions are very large: end one first`;

type Name = 'getSilences' | 'postSilences' | 'getSilence' | 'deleteSilence';

/** The part of Alertmanager's API that is about silences. */
export function silenceHandlers({
  clock,
  silences,
}: SilenceHandlersDependencies): Pick<AlertmanagerHandlers, Name> {
  const find = async (id: string): Promise<Silence> => {
    const silence = (await silences.list()).find((each) => each.id === id);
    return silence ?? notFound();
  };

  return {
    getSilences: async ({ query: { filter, ...states } }) => {
      const now = clock.now();
      const found = (await silences.list()).filter(
        (silence) => states[stateOf(silence, now)] && hasMatchers(silence, filter),
      );
      return inOrder(found, now).map((silence) => gettableSilence(silence, now));
    },

    postSilences: async ({ body }) => {
      const answer = await silences.set(wantedSilence(body));
      switch (answer.kind) {
        case 'set':
          return { silenceID: answer.id };
        case 'unknown':
          return notFound();
        case 'full':
          throw new Problem(400, tooMany);
        case 'invalid':
          throw new Problem(400, `the silence cannot be made: ${answer.reason}`);
      }
    },

    getSilence: async ({ parameters: { id } }) => gettableSilence(await find(id), clock.now()),

    deleteSilence: async ({ parameters: { id } }) => {
      if (!(await silences.expire(id))) notFound();
      return undefined;
    },
  };
}

function notFound(): never {
  throw new Problem(404, 'silence not found');
}
